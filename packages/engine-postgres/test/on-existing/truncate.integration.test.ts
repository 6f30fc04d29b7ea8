import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith } from '../snapshot/run-backup.ts'
import { backupOf, shop, shopDatabase, shopRows } from './shop.ts'

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await shopDatabase(server, "SELECT lo_from_bytea(4711, 'of the backup')")
})
afterAll(() => server.stop())

const others = `INSERT INTO app.customers (name) SELECT 'other' FROM generate_series(1, 7);
  INSERT INTO app.orders (customer, amount) VALUES (1, 1); INSERT INTO app.events VALUES (999, '2026-01-01');
  SELECT lo_from_bytea(4711, 'of the target'), setval('app.numbers', 3); COMMENT ON TABLE app.orders IS 'of the target'`

test.each([false, true])('rows, values and large objects are those of the backup; one transaction: %s', async (one) => {
  // Without its own key between them: rows lie in the archive in the order of names, not of keys.
  const database = await databaseWith(server, `${shop}${shopRows}${others}`)
  if (one) await server.query('ALTER TABLE app.orders DROP CONSTRAINT orders_customer_fkey', database)
  const from = await backupOf(server, source)
  const { findings } = await from.restoreInto(database, 'truncate', { singleTransaction: one })
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
  const { rows } = await server.query("SELECT obj_description('app.orders'::regclass) AS comment", database)
  expect(rows).toEqual([{ comment: 'of the target' }])
  expect(from.asked).toEqual([
    {
      database,
      action: 'replace what is in 4 tables, 1 large object, the values of 3 sequences',
      objects: expect.arrayContaining([
        expect.stringMatching(/^table app\.orders, \d+\.\d kB on disk$/),
        'large object 4711',
      ]),
    },
  ])
})

test('definitions that are missing are made, among them partitions and keys; the others are named', async () => {
  const database = await databaseWith(
    server,
    `${shop} DROP TABLE app.events_2; DROP VIEW app.good; ALTER TABLE app.orders DROP CONSTRAINT orders_customer_fkey;
     DROP INDEX app.orders_at; DROP TRIGGER touches ON app.orders`,
  )
  const from = await backupOf(server, source)
  const { findings } = await from.restoreInto(database, 'truncate')
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
  const kept = findings.map(({ code, message }) => `${code} ${message}`)
  expect(kept).toContain(
    'RESTORE.KEPT Kept as in the target, not made anew: TABLE app.customers, app.events, app.events_1, app.orders.',
  )
  const { rows } = await server.query(
    `SELECT (SELECT count(*)::int FROM pg_constraint WHERE conname = 'orders_customer_fkey') AS keys,
       (SELECT count(*)::int FROM pg_trigger WHERE tgname = 'touches') AS triggers`,
    database,
  )
  expect(rows).toEqual([{ keys: 1, triggers: 1 }])
})

test('what refers to emptied tables from outside is named, and nothing is changed', async () => {
  const database = await shopDatabase(
    server,
    `CREATE TABLE public.bills (id int, order_id int REFERENCES app.orders);
     CREATE TABLE public.visits (id int, at date, FOREIGN KEY (id, at) REFERENCES app.events)`,
  )
  const error = await (await backupOf(server, source)).refused(database, 'truncate')
  expect(error).toMatchObject({
    code: 'REFUSED.DEPENDENTS',
    message: expect.stringMatching(
      /constraint bills_order_id_fkey on table public\.bills, constraint visits_id_at_fkey on table public\.visits:/,
    ),
  })
})

test('what refers to a table is in the way of emptying one of its partitions', async () => {
  const database = await shopDatabase(
    server,
    'CREATE TABLE public.visits (id int, at date, FOREIGN KEY (id, at) REFERENCES app.events)',
  )
  const error = await (await backupOf(server, source)).refused(database, 'truncate', { tables: ['app.events_1'] })
  expect(error).toMatchObject({
    code: 'REFUSED.DEPENDENTS',
    message: expect.stringMatching(/^constraint visits_id_at_fkey on table public\.visits: refers to/),
  })
})

test('one table of the backup, on account of which no other is touched', async () => {
  const database = await shopDatabase(server, others)
  const before = (await server.query('SELECT count(*)::int AS n FROM app.customers', database)).rows
  const from = await backupOf(server, source)
  await from.restoreInto(database, 'truncate', { tables: ['app.orders'] })
  expect(from.asked).toMatchObject([{ objects: [expect.stringContaining('table app.orders')] }])
  expect((await server.query('SELECT count(*)::int AS n FROM app.customers', database)).rows).toEqual(before)
  const { differences } = await compareDatabases(server, source, database)
  expect(differences.join('\n')).not.toMatch(/app\.orders/)
  expect(differences.join('\n')).toMatch(/app\.customers: 0 rows are missing, 7 are too many/)
})

test('keys in a circle cannot be satisfied: refused before anything is emptied', async () => {
  const circle = `CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
    INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b`
  const database = await databaseWith(server, circle)
  const from = await backupOf(server, database)
  expect(await from.refused(database, 'truncate')).toMatchObject({
    code: 'REFUSED.FOREIGN_KEYS',
    message: expect.stringContaining('public.a, public.b'),
  })
  await from.restoreInto(database, 'drop')
})

test('without consent nothing is changed, and a dry run lists what would be', async () => {
  const database = await shopDatabase(server)
  const from = await backupOf(server, source)
  const { findings } = await from.restoreInto(database, 'truncate', { dryRun: true })
  expect(findings.filter(({ code }) => code === 'RESTORE.DESTROYS')).toHaveLength(4)
  expect(from.asked).toEqual([])
  for (const consent of [undefined, async () => false]) {
    const error = await from.refused(database, 'truncate', { consent: consent as never })
    expect(error).toMatchObject({ code: 'REFUSED.CONSENT', meta: { onExisting: 'truncate' } })
  }
})
