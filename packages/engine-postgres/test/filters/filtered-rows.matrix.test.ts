import { type FilterInput, file, sql, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, expectNothingLeft, prepare, restored } from '../snapshot/run-backup.ts'

/** Everything that a filtered table can be: in a schema with names of its own, with children, partitions, names as values, nothing at all. */
const schema = `
  CREATE SCHEMA "My Shop"; SET search_path = "My Shop";
  CREATE FUNCTION is_large(n int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT n > 900';
  CREATE TABLE kept (id int); INSERT INTO kept SELECT generate_series(1, 20);
  CREATE TABLE orders (id int PRIMARY KEY, "Total" int, twice int GENERATED ALWAYS AS ("Total" * 2) STORED, note text);
  INSERT INTO orders (id, "Total", note) SELECT i, i % 100, 'note' || E'\\t\\\\' || i FROM generate_series(1, 1000) i;
  CREATE TABLE old_orders () INHERITS (orders); INSERT INTO old_orders (id, "Total", note) SELECT i, 1, 'old' FROM generate_series(1, 50) i;
  CREATE TABLE parts (id int, region text) PARTITION BY LIST (region);
  CREATE TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu'); CREATE TABLE parts_us (region text, id int);
  ALTER TABLE parts ATTACH PARTITION parts_us FOR VALUES IN ('us');
  INSERT INTO parts SELECT i, CASE i % 2 WHEN 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 100) i;
  CREATE TABLE names (of regclass, id int); INSERT INTO names SELECT 'orders', i FROM generate_series(1, 10) i`

const filters: Record<string, FilterInput> = {
  '"My Shop".orders': sql`twice > ${20} AND id IN (SELECT id FROM kept) OR is_large(orders.id) -- and these`,
  '"My Shop".parts': sql`parts.id <= ${30}`,
  '"My Shop".names': sql`id IN (SELECT id FROM "My Shop".kept WHERE id > 5)`,
}
/** The same rows, asked for by hand. */
const chosen: Record<string, string> = {
  orders: `SELECT * FROM ONLY "My Shop".orders WHERE "Total" * 2 > 20 AND id <= 20 OR id > 900`,
  parts_eu: `SELECT * FROM "My Shop".parts_eu WHERE id <= 30`,
  parts_us: `SELECT * FROM "My Shop".parts_us WHERE id <= 30`,
  names: `SELECT * FROM "My Shop".names WHERE id > 5`,
  old_orders: `SELECT * FROM "My Shop".old_orders`,
  kept: `SELECT * FROM "My Shop".kept`,
}

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(16)
  source = await databaseWith(server, schema)
})
afterAll(() => server.stop())

const rowsOf = async (database: string, query: string) =>
  (await server.query(`SELECT t::text AS row FROM (${query}) t ORDER BY 1`, database)).rows.map(({ row }) => row)

describe.each([{ format: 'plain' }, { format: 'custom' }, { format: 'directory', jobs: 3 }] as const)(
  '$format',
  (form) => {
    test('holds the rows that a SELECT finds, and nothing else of those tables', async () => {
      const { start, location } = await prepare(server, source, { ...form, filters })
      const { id, manifest, tables } = await start()
      const copy = await restored(server, location, id)
      for (const [table, query] of Object.entries(chosen)) {
        const expected = await rowsOf(source, query)
        expect(await rowsOf(copy, `SELECT * FROM ONLY "My Shop".${table}`)).toEqual(expected)
        expect(tables.find(({ name }) => name === table)?.rows).toBe(expected.length)
      }
      expect(manifest).toBeDefined()
    })
  },
)

test('the backup tells which filters, with their values only on request', async () => {
  const recorded = async (filterValues: boolean) => {
    const { start } = await prepare(server, source, { filters, filterValues })
    const { tables } = await start()
    return Object.fromEntries(tables.map(({ name, filter }) => [name, filter]))
  }
  const without = await recorded(false)
  expect(without.kept).toBeUndefined()
  expect(without.parts_us).toMatchObject({ name: 'sql', sql: 'parts.id <= $1', alias: 'parts', valueCount: 1 })
  expect(without.orders).not.toHaveProperty('alias')
  expect(without.orders).not.toHaveProperty('values')
  const given = await recorded(true)
  expect(given.parts_us).toEqual({ ...without.parts_us, values: ['30'] })
})

describe('compared with', () => {
  const compared = async (database: string, filterValues: boolean, change = '') => {
    const { start, location } = await prepare(server, source, { filters, filterValues })
    await start()
    const target = database === 'its source' ? await databaseWith(server, schema) : await restored(server, location)
    if (change) await server.query(change, target)
    const engine = engineFor(server, target)
    const { ok, findings } = await verify({ engine, from: file(location), against: true })
    return { ok, findings: findings.map(({ severity, code, message }) => `${severity} ${code} ${message}`) }
  }

  test('its source, it is equal where the values are known, and told which rows were compared', async () => {
    const { ok, findings } = await compared('its source', true)
    expect(ok).toBe(true)
    expect(findings).toEqual([
      expect.stringMatching(/^warning COMPARE.CHOSEN My Shop.names has 10 rows, the backup 5 /),
      'warning COMPARE.CHOSEN My Shop.orders has 1,000 rows, the backup 110 that its filter chose; only those were compared.',
      expect.stringMatching(/^warning COMPARE.CHOSEN My Shop.parts_eu has 50 rows, the backup 15 /),
      expect.stringMatching(/^warning COMPARE.CHOSEN My Shop.parts_us has 50 rows, the backup 15 /),
    ])
  })
  test('its source, where they are not, tables are told that were not compared', async () => {
    const { ok, findings } = await compared('its source', false)
    expect(ok).toBe(true)
    expect(findings).toEqual([
      expect.stringMatching(/^warning COMPARE.CHOSEN My Shop.names /),
      expect.stringMatching(
        /^warning COMPARE.FILTERED My Shop.orders was not compared: it has 1,000 rows, the backup has 110/,
      ),
      expect.stringMatching(/^warning COMPARE.FILTERED My Shop.parts_eu /),
      expect.stringMatching(/^warning COMPARE.FILTERED My Shop.parts_us /),
    ])
  })
  test('its source, a changed row that the filter chooses is a difference, and another is none', async () => {
    const change = `UPDATE ONLY "My Shop".orders SET note = 'other' WHERE id IN (30, 950)`
    const { findings } = await compared('its source', true, change)
    expect(findings.filter((each) => !each.startsWith('warning'))).toEqual([
      expect.stringMatching(/^error COMPARE.DIGEST My Shop.orders/),
    ])
    expect(
      (await compared('its source', true, `UPDATE ONLY "My Shop".orders SET note = 'other' WHERE id = 30`)).ok,
    ).toBe(true)
  })
  test('a restored copy, it is equal, and every row counts', async () => {
    expect(await compared('a copy', false)).toEqual({ ok: true, findings: [] })
    const change = `UPDATE ONLY "My Shop".orders SET note = 'other' WHERE id = 950; DELETE FROM "My Shop".parts_us WHERE id = 1`
    expect((await compared('a copy', false, change)).findings).toEqual([
      expect.stringMatching(/^error COMPARE.DIGEST My Shop.orders/),
      expect.stringMatching(/^error COMPARE.ROW_COUNT My Shop.parts_us/),
    ])
  })
})

describe('a restored copy that has gained rows which the filter does not choose', () => {
  const copyWith = async (change: string) => {
    const { start, location } = await prepare(server, source, { filters, filterValues: true })
    await start()
    const copy = await restored(server, location)
    await server.query(change, copy)
    const { ok, findings } = await verify({ engine: engineFor(server, copy), from: file(location), against: true })
    return { ok, findings: findings.map(({ severity, code, message }) => `${severity} ${code} ${message}`) }
  }

  test('they are told', async () => {
    expect(await copyWith(`INSERT INTO "My Shop".orders (id, "Total") VALUES (500, 1)`)).toEqual({
      ok: true,
      findings: [
        'warning COMPARE.CHOSEN My Shop.orders has 111 rows, the backup 110 that its filter chose; only those were compared.',
      ],
    })
  })

  test('where the filter names a table that is not there, its table is not compared', async () => {
    const change = `INSERT INTO "My Shop".orders (id, "Total") VALUES (500, 1); ALTER TABLE "My Shop".kept RENAME TO left_over`
    const { findings } = await copyWith(change)
    expect(findings).toEqual([
      expect.stringMatching(/^warning COMPARE.FILTERED My Shop.orders was not compared: .* names is not there\.$/),
      expect.stringMatching(/^error COMPARE.ROW_COUNT My Shop.kept is missing/),
    ])
  })
})

test('an error at a row ends the backup with the name of the filter, and without a value', async () => {
  const secret = 918273645
  const database = await databaseWith(
    server,
    `CREATE TABLE t AS SELECT CASE i WHEN 5000 THEN 0 ELSE i END AS id, ${secret} AS code, 'x' AS word FROM generate_series(1, 10000) i`,
  )
  for (const filter of [sql`code / id > ${1}`, sql`(code::text || word)::int > ${secret}`]) {
    const log: string[] = []
    const { start, folder } = await prepare(server, database, {
      filters: { t: filter },
      log: { debug: (message) => void log.push(message) },
    })
    const error = (await rejection(start())) as Error & { code: string; cause: Error }
    expect(error).toMatchObject({
      code: 'ENGINE.COPY_OUT',
      message: expect.stringMatching(/^Cannot read public\.t with the filter sql: .*SQLSTATE 22/),
    })
    expect(`${error.message} ${error.stack} ${error.cause.message} ${log.join()}`).not.toContain(String(secret))
    await expectNothingLeft(server, folder)
  }
})

test('so does one at a row that a foreign key is looked up by', async () => {
  const database = await databaseWith(
    server,
    `CREATE TABLE customers (id int PRIMARY KEY, email text); INSERT INTO customers VALUES (1, 'a@example.com');
     CREATE TABLE orders (customer int CONSTRAINT of REFERENCES customers); INSERT INTO orders VALUES (1)`,
  )
  const { start } = await prepare(server, database, { filters: { customers: sql`email::int > 5`, orders: sql`true` } })
  const error = (await rejection(start())) as Error
  expect(error.message).toMatch(
    /^Cannot look for rows that public\.orders \(of\) would miss with the filter sql for public\.orders and the filter sql for public\.customers: .*SQLSTATE 22P02/,
  )
  expect(error.message).not.toContain('example')
})

test('a plan has the statements, and what the planner expects of them', async () => {
  const database = await databaseWith(
    server,
    `CREATE TABLE t AS SELECT i AS id FROM generate_series(1, 100000) i; ANALYZE t`,
  )
  const { tables } = await engineFor(server, database).plan(
    {
      ...{ id: 'plan', objectName: undefined, format: 'plain', compression: { codec: 'none' }, jobs: undefined },
      ...{ chunkBytes: 1, selection: {}, metadata: {}, header: true, disableTriggers: false, encoding: undefined },
      ...{
        serializable: false,
        onOrphans: 'fail',
        filterValues: false,
        renames: { schemas: {}, tables: {} },
        cleaners: [],
      },
      filters: { t: sql`id <= ${1000}` },
    },
    { signal: new AbortController().signal, onEvent() {}, log: { debug() {} } },
  )
  expect(tables).toMatchObject([
    { name: 't', sql: 'COPY (SELECT "id" FROM ONLY "public"."t" AS "t" WHERE (id <= $1)) TO STDOUT' },
  ])
  expect(tables[0]?.estimatedRows).toBeGreaterThan(500)
  expect(tables[0]?.estimatedRows).toBeLessThan(2000)
})
