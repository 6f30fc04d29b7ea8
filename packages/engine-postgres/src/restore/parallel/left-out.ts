import type { Finding } from '@pgark/core'
import { ownersOf, type TocEntry } from '@pgark/pg-archive'
import { labelOf } from '../allow/entry-label.ts'
import { readable } from './in-unicode.ts'

interface Selected {
  /** Whether an entry was asked for, or is needed, and not excluded. */
  isChosen(entry: TocEntry): boolean
  isKept(entry: TocEntry): boolean
}

/** Where one of those that it joins is not there, nothing can be joined. */
const joining = /^((TABLE|INDEX) ATTACH|PUBLICATION TABLES?( IN SCHEMA)?)$/

/**
 * What somebody who has what is kept could miss: it had to go with something that it needs, or is a foreign key of a table that is
 * kept. What belongs to something that is not kept is not among it.
 */
export function leftOut(entries: readonly TocEntry[], { isChosen, isKept }: Selected): TocEntry[] {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  return entries.filter((entry) => {
    const { description = '', dependencies } = entry
    if (isKept(entry) || joining.test(description)) return false
    const owners = ownersOf(
      entry,
      dependencies.flatMap((id) => byId.get(id) ?? []),
    )
    // No table is chosen on account of a foreign key, so that the key is not, either.
    const isKeyOfKept = description === 'FK CONSTRAINT' && owners.length > 0
    return (isKeyOfKept || isChosen(entry)) && owners.every(isKept)
  })
}

export function leftOutFindings(entries: readonly TocEntry[], encoding: string): Finding[] {
  return entries.map((entry) => {
    const { schema, name } = labelOf(entry)
    const whole = readable(schema ? `${schema}.${name}` : name, encoding)
    const message = `${entry.description} ${whole} is left out: it needs what is not selected.`
    return { severity: 'info', code: 'RESTORE.LEFT_OUT', message }
  })
}
