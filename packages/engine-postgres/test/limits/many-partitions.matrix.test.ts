import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, restoreInto } from '../support/round-trip.ts'

const partitions = 2000

let server: TestServer
beforeAll(async () => {
  server = await startServer(18, { settings: { max_locks_per_transaction: '1024' } })
  await server.createDatabase('source')
  for (const sql of [
    `CREATE TABLE p (id int, v text) PARTITION BY RANGE (id);
     DO $$ BEGIN FOR i IN 0..${partitions - 1} LOOP
       EXECUTE format('CREATE TABLE p%s PARTITION OF p FOR VALUES FROM (%s) TO (%s)', i, i * 10, i * 10 + 10);
     END LOOP; END $$`,
    `INSERT INTO p SELECT i, md5(i::text) FROM generate_series(0, ${partitions * 10 - 1}) i; CREATE INDEX ON p (v)`,
  ])
    await server.query(sql, 'source')
})
afterAll(() => server.stop())

test('2,000 partitions', async () => {
  const { findings } = await restoreInto(server, 'restored', await backUp(server, 'source'))
  expect(findings).toEqual([])
  expect(await compareDatabases(server, 'source', 'restored')).toEqual({ rows: partitions * 10, differences: [] })
  // The trees were compared as wholes: where the rows lie was not.
  const places = 'SELECT tableoid::regclass::text AS name, count(*)::int FROM p GROUP BY 1 ORDER BY 1'
  const lie = (await server.query(places, 'restored')).rows
  expect(lie).toHaveLength(partitions)
  expect(lie).toEqual((await server.query(places, 'source')).rows)
  expect(await definitionsOf(server, 'restored')).toEqual(await definitionsOf(server, 'source'))
})
