import { readToc, type TocEntry } from '@pgark/pg-archive'
import type { TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { at, dump } from '../definitions/session.ts'

/**
 * Everything that pg_dump knows of a database's definitions, one text for each entry, sorted: numbers within the archive differ from
 * dump to dump, and so does the order of what does not depend on each other.
 */
export async function definitionsOf(server: TestServer, database: string): Promise<string[]> {
  const client = new pg.Client(at(server, database))
  await client.connect()
  try {
    // Byte for byte, whatever the database's encoding is.
    const { entries } = readToc(await dump(server, database, { client }), { decode: 'latin1' })
    const own = entries.filter(({ description }) => description !== 'DATABASE')
    return own.map(describeEntry).sort()
  } finally {
    // Now, not at the end of the test: pg_dump's transaction is still open, with a lock on every table.
    await client.end()
  }
}

const describeEntry = (entry: TocEntry) =>
  JSON.stringify([
    entry.description,
    entry.schema,
    entry.tag,
    entry.owner,
    entry.section,
    entry.tablespace,
    entry.tableAccessMethod,
    entry.definition,
    entry.dropStatement,
  ])
