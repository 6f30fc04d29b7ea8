import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pausingAtTables } from '../snapshot/mover.ts'
import { openSession, prepare, restored } from '../snapshot/run-backup.ts'
import { definitionsOf } from '../support/definitions.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

const tables = ['a', 'b', 'c']
const schema = [...tables, 'unattended']
  .map(
    (name) => `CREATE TABLE ${name} (id int PRIMARY KEY, v text); CREATE INDEX ${name}_v ON ${name} (v);
      INSERT INTO ${name} SELECT i, md5(i::text) FROM generate_series(1, 5000) i;`,
  )
  .join('\n')

test('a database that is vacuumed, indexed and analysed meanwhile', async () => {
  await server.createDatabase('source')
  await server.query(schema, 'source')
  await server.createDatabase('as it was', 'TEMPLATE source')
  const { client } = await openSession(server, 'source')
  // Half of the rows are gone before vacuum looks at them; only the snapshot still has them.
  const maintain = async (name: string) => {
    for (const sql of [
      `DELETE FROM ${name} WHERE id % 2 = 0`,
      `VACUUM (ANALYZE) ${name}`,
      `REINDEX INDEX ${name}_v`,
      `CREATE INDEX ON ${name} (id, v)`,
      `ALTER TABLE ${name} SET (autovacuum_vacuum_scale_factor = 0.01)`,
      `ANALYZE ${name}`,
    ])
      await client.query(sql)
  }
  // One after the other: before the definitions are read, before the first rows are, and between tables.
  const left = [...tables]
  const next = async () => {
    const name = left.shift()
    if (name) await maintain(name)
  }
  // Waits for every older snapshot, so also for ours, and is in the catalogue meanwhile as an index that is not valid.
  const builder = await openSession(server, 'source')
  let built: Promise<unknown> = Promise.resolve()
  const onStep = async (step: string) => {
    if (step === 'exported') {
      built = builder.client.query('CREATE INDEX CONCURRENTLY late ON unattended (v)')
      const isWaiting = `SELECT FROM pg_stat_activity WHERE pid = ${builder.pid} AND wait_event_type = 'Lock'`
      while (!(await client.query(isWaiting)).rowCount);
      await next()
    }
  }
  const { start, location } = await prepare(server, 'source', { seams: { onStep }, ...pausingAtTables(next) })
  await start()
  await built
  expect(left).toEqual([])

  const copy = await restored(server, location)
  expect(await compareDatabases(server, 'as it was', copy)).toEqual({ rows: 20_000, differences: [] })
  expect(await definitionsOf(server, copy)).toEqual(await definitionsOf(server, 'as it was'))
})
