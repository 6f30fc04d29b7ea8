import { scanForBackslash } from '@pgark/pg-sql'
import { ArchiveError } from '../archive-error.ts'

/**
 * Throws when psql would take a part of this text for one of its own commands: a backslash outside literals, quoted names and
 * comments, or a literal or comment that stays open and would turn what follows inside out. This is what `\restrict` guards psql
 * against: a hostile source server could otherwise run programs on the machine where its dump is restored.
 */
export function checkDefinition(sql: string, what: string): void {
  const { backslashAt, endsOpen } = scanForBackslash(sql)
  if (backslashAt === undefined && !endsOpen) return
  const problem =
    backslashAt === undefined
      ? 'ends inside a literal or comment'
      : 'contains a backslash that psql would run as a command'
  throw new ArchiveError('UNSAFE.DEFINITION', `The definition of ${what} ${problem}.`, {
    hint: 'look at the object on the source server; exclude it if it is not yours',
  })
}
