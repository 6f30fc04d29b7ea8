import type { ArchiveHeader, TocEntry } from '@pgark/pg-archive'
import { quoteIdentifier } from '@pgark/pg-sql'
import { NewEntries } from '../archive/new-entry.ts'

/** https://www.postgresql.org/docs/15/release-15.html */
const ownedByDatabaseOwnerSince = 15
const creates = /^CREATE SCHEMA /m

/**
 * Every database has a schema `public`, so that no archive creates it, and what it says of privileges is what differs from those that
 * it has from the beginning: under another name it is created with these.
 */
export function withCreatedPublic(
  entries: readonly TocEntry[],
  name: string,
  { serverVersion = '' }: Pick<ArchiveHeader, 'serverVersion'>,
): readonly TocEntry[] {
  const schema = quoteIdentifier(name)
  const created = {
    definition: `CREATE SCHEMA ${schema};\n\nGRANT USAGE ON SCHEMA ${schema} TO PUBLIC;\n`,
    dropStatement: `DROP SCHEMA ${schema};\n`,
  }
  const there = entries.find(({ description, tag }) => description === 'SCHEMA' && tag === name)
  if (there) {
    if (creates.test(there.definition ?? '')) return entries
    return entries.map((entry) => (entry === there ? { ...entry, ...created } : entry))
  }
  const owner = Number.parseInt(serverVersion, 10) >= ownedByDatabaseOwnerSince ? 'pg_database_owner' : undefined
  const schemaEntry = { description: 'SCHEMA', tag: name, section: 'pre-data', owner, ...created } as const
  const made = new NewEntries(entries).make(schemaEntry)
  const first = entries.findIndex(({ section }) => section === 'pre-data')
  const at = first === -1 ? entries.length : first
  const inIt = (entry: TocEntry) =>
    entry.schema === name ? { ...entry, dependencies: [...entry.dependencies, made.dumpId] } : entry
  return [...entries.slice(0, at).map(inIt), made, ...entries.slice(at).map(inIt)]
}
