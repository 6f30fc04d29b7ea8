import { readToc, type TocEntry } from '@pgark/pg-archive'
import type { TestServer } from '@pgark/test-servers'
import { dump } from '../definitions/session.ts'

/**
 * Everything that pg_dump knows of a database's definitions, one text for each entry, sorted: numbers within the archive differ from
 * dump to dump, and so does the order of what does not depend on each other.
 */
export async function definitionsOf(server: TestServer, database: string): Promise<string[]> {
  const { entries } = readToc(await dump(server, database))
  return entries.filter(({ description }) => description !== 'DATABASE').map(describeEntry).sort()
}

const describeEntry = (entry: TocEntry) =>
  JSON.stringify(
    [
      entry.description,
      entry.schema,
      entry.tag,
      entry.owner,
      entry.section,
      entry.tablespace,
      entry.tableAccessMethod,
      entry.definition,
      entry.dropStatement,
    ],
    (_key, value) => value ?? null,
  )
