import { createHash } from 'node:crypto'
import pg from 'pg'
import type { TestServer } from './embedded.ts'

/** Every table of the system and of the user, sequences, large objects and all, except what the server keeps by itself. */
const relationsSql = `
  SELECT c.oid::regclass::text AS name, c.relkind::text AS kind FROM pg_class c
  WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND c.relispopulated
    AND c.relname <> 'pg_statistic' ORDER BY c.oid::regclass::text COLLATE "C"`

/**
 * A digest of all that a database holds: every row of its catalogue and of its tables, with the names of the server's databases and
 * roles. The same before and after means that nothing was changed. The server must run without autovacuum, which changes the
 * catalogue's estimates.
 */
export async function databaseDigest(server: TestServer, database: string): Promise<string> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database })
  await client.connect()
  try {
    const { rows } = await client.query("SELECT current_setting('autovacuum') AS autovacuum")
    if (rows[0].autovacuum !== 'off') throw new Error('Expected a server with the setting autovacuum=off')
    const relations = (await client.query(relationsSql)).rows
    const names = relations.map(({ name }) => String(name))
    // Parallel plans answer them in any order. Sums of hashes: sorting the catalogue would take most of the time.
    const sums = relations.map(
      // A sequence has a row, but no type of it.
      ({ name, kind }, at) =>
        `SELECT ${at} AS at, count(*), sum(hashtextextended(${kind === 'S' ? '(t.last_value, t.is_called)' : 't'}::text, 0)) FROM ONLY ${name} t`,
    )
    const { rows: digests } = await client.query({ text: `${sums.join(' UNION ALL ')} ORDER BY at`, rowMode: 'array' })
    return createHash('sha256')
      .update(JSON.stringify([names, digests]))
      .digest('hex')
  } finally {
    await client.end()
  }
}
