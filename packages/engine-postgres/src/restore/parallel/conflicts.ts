import type { TocEntry } from '@pgark/pg-archive'
import { refusal, type TargetCheck } from '../target-checks/target-check.ts'
import { type ConflictKind, conflictKinds } from './conflict-kinds.ts'
import { inUnicode } from './in-unicode.ts'

const firstNames = 50

/** Nothing that these entries create may be there: all of it that is, is told. */
export function conflicts(entries: readonly TocEntry[], encoding: string): TargetCheck {
  return async ({ client, server }) => {
    const found = new Set<string>()
    for (const kind of conflictKinds) {
      const made = entries.flatMap((entry) => kind.made(entry))
      if (made.length === 0) continue
      const schemas = await inUnicode(client, encoding, schemasOf(made))
      const names = await inUnicode(client, encoding, namesOf(made))
      const { rows } = await client.query(existingSql(kind), [schemas, names])
      for (const { schema, name } of rows) found.add(kind.label(schema, name))
    }
    const all = [...found].sort()
    const told = all.length > firstNames ? [...all.slice(0, firstNames), `and ${all.length - firstNames} more`] : all
    return refusal(
      'REFUSED.EXISTS',
      told,
      (names) => `${names}: already in ${server.database}; nothing was changed.`,
      'restore into an empty database (--create-database makes one)',
    )
  }
}

const schemasOf = (made: readonly { schema: string }[]) => made.map(({ schema }) => schema)
const namesOf = (made: readonly { name: string }[]) => made.map(({ name }) => name)

const existingSql = ({ existing }: ConflictKind) => `
  SELECT DISTINCT made.schema, made.name FROM unnest($1::text[], $2::text[]) AS made (schema, name)
  JOIN (${existing}) AS there USING (schema, name)`
