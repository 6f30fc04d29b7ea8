import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { namesIn } from './left-as-they-are.ts'
import { written } from './written-names.ts'

// https://www.postgresql.org/docs/current/datatype-oid.html; roles are not renamed.
const regType =
  'reg(?:class|collation|config|dictionary|namespace|oper|operator|proc|procedure|type)(?:\\[\\])*(?=[\\s,;]|$)'
/** As pg_dump writes columns of tables and of composite types, what domains are of, and what ranges are of. */
const ofReg = new RegExp(
  `^\\s+(?!CONSTRAINT )(?:"(?:[^"]|"")+"|[^\\s"]+) ${regType}|^CREATE DOMAIN .+ AS ${regType}|^\\s+subtype = ${regType}`,
  'm',
)
const types = new Set(['TABLE', 'TYPE', 'DOMAIN'])

/** Tables whose rows may have names in them: in columns of regclass and its kind, also within other types or inherited. */
export function tablesWithNames(entries: readonly TocEntry[]): readonly TocEntry[] {
  const ofKind = entries.filter(({ description = '' }) => types.has(description))
  const found = new Set(ofKind.filter(({ definition = '' }) => ofReg.test(definition)))
  const users = new Map<number, TocEntry[]>()
  for (const entry of ofKind) {
    for (const id of entry.dependencies) {
      const others = users.get(id)
      if (others) others.push(entry)
      else users.set(id, [entry])
    }
  }
  for (const entry of found)
    for (const user of users.get(entry.dumpId) ?? []) if (hasPartOf(user, entry)) found.add(user)
  return ofKind.filter((entry) => entry.description === 'TABLE' && found.has(entry))
}

/** Whether it inherits a table or has its rows in a column, and does not only name it: a default may be `'shop.papers'::regclass`. */
function hasPartOf({ definition = '' }: TocEntry, { description, schema = '', tag = '' }: TocEntry): boolean {
  if (description !== 'TABLE') return true
  const words = definition.split(/(?<=[\s(])|(?=[\s,;)[])/)
  return words.includes(`${written(schema)}.${written(tag)}`)
}

/** Which rows mention old names only they can tell, and the server, when it reads them. */
export function rowsFindings(tables: readonly TocEntry[]): Finding[] {
  if (tables.length === 0) return []
  return [
    {
      severity: 'warning',
      code: 'RENAME.LEFT',
      message: `Rows with names in them, as columns of regclass and its kind have, are left as they are: ${namesIn(tables)}.`,
      hint: 'a row that names what is renamed cannot be restored where nothing has the old name, and means that where something has: leave out these rows, or restore under the old names and rename there',
    },
  ]
}
