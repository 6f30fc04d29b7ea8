import { estimate, sql } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor } from '../snapshot/run-backup.ts'

let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(15, { settings: { autovacuum: 'off' } })
  database = await databaseWith(
    server,
    `CREATE SCHEMA shop; CREATE TABLE shop.kept AS SELECT i AS id FROM generate_series(1, 10) i;
     CREATE TABLE shop.orders AS SELECT i AS id, i % 4 AS kind FROM generate_series(1, 40000) i;
     CREATE TABLE shop.empty (id int); CREATE TABLE shop.child () INHERITS (shop.empty); INSERT INTO shop.child VALUES (1), (2);
     ANALYZE`,
  )
})
afterAll(() => server.stop())

const onDisk = async (table: string) =>
  Number((await server.query(`SELECT pg_relation_size('${table}') AS size`, database)).rows[0].size)

test('exact: what COUNT says, of the rows of each table itself', async () => {
  const filters = { 'shop.orders': sql`kind = ${1} AND id NOT IN (SELECT id FROM kept)`, 'shop.kept': sql`id > ${100}` }
  const { tables } = await estimate({ engine: engineFor(server, database), filters, exact: true })
  const size = await onDisk('shop.orders')
  expect(tables).toEqual([
    { schema: 'shop', name: 'child', rows: 2, allRows: 2, bytes: 8192, allBytes: 8192, filter: undefined },
    { schema: 'shop', name: 'empty', rows: 0, allRows: 0, bytes: 0, allBytes: 0, filter: undefined },
    { schema: 'shop', name: 'kept', rows: 0, allRows: 10, bytes: 0, allBytes: 8192, filter: 'sql' },
    {
      ...{ schema: 'shop', name: 'orders', rows: 9997, allRows: 40000, allBytes: size, filter: 'sql' },
      bytes: Math.round((size * 9997) / 40000),
    },
  ])
})

test('by the planner: about that, without reading', async () => {
  const reads = async () =>
    Number(
      (
        await server.query(
          `SELECT pg_stat_clear_snapshot(), sum(seq_tup_read) AS read FROM pg_stat_user_tables WHERE schemaname = 'shop'`,
          database,
        )
      ).rows[0].read,
    )
  const before = await reads()
  const filters = { 'shop.orders': sql`kind = ${1}` }
  const { tables } = await estimate({ engine: engineFor(server, database), filters })
  expect(await reads()).toBe(before)
  const [, empty, kept, orders] = tables
  expect(empty).toMatchObject({ rows: 0, allRows: 0 })
  expect(kept).toMatchObject({ rows: 10, allRows: 10, filter: undefined })
  expect(orders?.allRows).toBe(40000)
  expect(orders?.rows).toBeGreaterThan(9000)
  expect(orders?.rows).toBeLessThan(11000)
})

test('only what is selected, and what is wrong with filters is told', async () => {
  const engine = engineFor(server, database)
  const { tables } = await estimate({ engine, tables: ['shop.k*'], excludeTableData: ['shop.orders'] })
  expect(tables.map(({ name }) => name)).toEqual(['kept'])
  await expect(estimate({ engine, filters: { 'shop.ordres': sql`true` } })).rejects.toMatchObject({
    code: 'USAGE.FILTER',
  })
  const wrong = { engine, exact: 'yes', jobs: 0 } as unknown as Parameters<typeof estimate>[0]
  await expect(estimate(wrong)).rejects.toMatchObject({
    code: 'USAGE.OPTIONS',
    meta: { problems: expect.objectContaining({ length: 2 }) },
  })
})
