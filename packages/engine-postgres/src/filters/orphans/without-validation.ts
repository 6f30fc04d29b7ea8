import { PgarkError } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import type { ForeignKey } from './foreign-keys.ts'

/** The definitions with these foreign keys NOT VALID, as pg_dump writes one that is. Throws where one is not defined: a restore would fail at it. */
export function withoutValidation(archive: Archive, keys: readonly ForeignKey[]): Archive {
  if (keys.length === 0) return archive
  const left = new Map(keys.map((key) => [key.oid, key]))
  const entries = archive.entries.map((entry) => {
    const { description, catalogId, definition = '' } = entry
    const isKey = description === 'FK CONSTRAINT' && left.has(catalogId.oid)
    if (!isKey || !/;\s*$/.test(definition)) return entry
    left.delete(catalogId.oid)
    // A cleaner may have said so already.
    if (/\bNOT\s+VALID\s*;\s*$/i.test(definition)) return entry
    return { ...entry, definition: definition.replace(/;(\s*)$/, ' NOT VALID;$1') }
  })
  const [missing] = left.values()
  if (!missing) return { ...archive, entries }
  const { schema, name, constraint } = missing
  throw new PgarkError(
    'ENGINE.SELECTION_MISMATCH',
    `pg_dump did not define the foreign key ${constraint} of ${schema}.${name}: it cannot be made NOT VALID.`,
    { hint: 'report this with the definition of that key' },
  )
}
