import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith } from '../snapshot/run-backup.ts'
import { backupOf, shop, shopDatabase } from './shop.ts'

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await shopDatabase(server)
})
afterAll(() => server.stop())

/** Rows with keys that those of the backup do not have. */
const others = `
  INSERT INTO app.customers (id, name) OVERRIDING SYSTEM VALUE SELECT n, 'other ' || n FROM generate_series(901, 910) n;
  INSERT INTO app.orders (id, customer, amount) SELECT n, 901, 1 FROM generate_series(5001, 5020) n;
  INSERT INTO app.events VALUES (999, '2026-01-01');
  SELECT setval('app.customers_id_seq', 910), setval('app.orders_id_seq', 20), setval('app.numbers', 100, false)`
const countsOf = async (database: string) =>
  (
    await server.query(
      `SELECT (SELECT count(*)::int FROM app.customers) AS customers, (SELECT count(*)::int FROM app.orders) AS orders,
         (SELECT count(*)::int FROM app.events) AS events`,
      database,
    )
  ).rows[0]
const errorsOf = (findings: readonly { severity: string; code: string; message: string }[]) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code, message }) => `${code}: ${message}`)

describe('rows are added to those that are there', () => {
  test.each([false, true])('before and backup are what is there after; one transaction: %s', async (one) => {
    const database = await databaseWith(
      server,
      `${shop}${others}; ${one ? 'ALTER TABLE app.orders DROP CONSTRAINT orders_customer_fkey;' : ''}
       DROP VIEW app.good; CREATE TABLE app.mine AS SELECT 1 AS a`,
    )
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'append', { singleTransaction: one })
    expect(errorsOf(findings)).toEqual([])
    expect(await countsOf(database)).toEqual({ customers: 210, orders: 1020, events: 301 })
    expect(from.asked).toMatchObject([{ database, action: 'add rows to 4 tables' }])
    // Without the others' rows it is the backup, sequences aside.
    await server.query(
      `DELETE FROM app.orders WHERE id > 5000; DELETE FROM app.customers WHERE id > 900; DELETE FROM app.events WHERE id = 999;
       DROP TABLE app.mine; REFRESH MATERIALIZED VIEW app.sums`,
      database,
    )
    const { differences } = await compareDatabases(server, source, database)
    expect(differences.filter((line) => !/_seq|numbers/.test(line))).toEqual([])
  })

  test('a sequence only goes forward', async () => {
    const database = await databaseWith(
      server,
      `${shop}${others}; CREATE SEQUENCE app.down INCREMENT -1; SELECT setval('app.down', -5)`,
    )
    const from = await shopDatabase(server, `CREATE SEQUENCE app.down INCREMENT -1; SELECT setval('app.down', -9)`)
    await (await backupOf(server, from)).restoreInto(database, 'append')
    const { rows } = await server.query(
      `SELECT nextval('app.customers_id_seq')::int AS ahead, nextval('app.orders_id_seq')::int AS behind,
         nextval('app.numbers')::int AS called, nextval('app.down')::int AS down`,
      database,
    )
    expect(rows).toEqual([{ ahead: 911, behind: 1001, called: 105, down: -10 }])
  })

  test('what is missing is made: nothing is asked where nothing is there', async () => {
    const database = await databaseWith(server, 'CREATE SCHEMA app; CREATE TABLE app.mine (a int)')
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'append', { consent: undefined as never })
    expect(findings).toMatchObject([{ code: 'RESTORE.KEPT', message: expect.stringMatching(/SCHEMA app\.$/) }])
    expect((await compareDatabases(server, source, database)).differences).toEqual(['added: app.mine r p true'])
  })

  test('rows of a table without partitions go into one that has some', async () => {
    const from = await databaseWith(
      server,
      'CREATE TABLE t (a int); INSERT INTO t SELECT n FROM generate_series(1, 9) n',
    )
    const database = await databaseWith(
      server,
      `CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (5);
       CREATE TABLE high PARTITION OF t FOR VALUES FROM (5) TO (10)`,
    )
    expect(errorsOf((await (await backupOf(server, from)).restoreInto(database, 'append')).findings)).toEqual([])
    expect((await server.query('SELECT FROM t', database)).rowCount).toBe(9)
  })

  test('rows alone', async () => {
    const database = await databaseWith(server, `${shop}${others}`)
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'append', { dataOnly: true })
    expect(findings).toEqual([])
    expect(await countsOf(database)).toEqual({ customers: 210, orders: 1020, events: 301 })
    await server.query('DROP TABLE app.events', database)
    expect(await from.refused(database, 'append', { dataOnly: true })).toMatchObject({
      code: 'REFUSED.COLUMNS',
      message: expect.stringContaining('app.events_1 is not there, and is not restored'),
    })
  })
})

describe('what is not as it must be is found', () => {
  const trigger = (body: string, when = 'BEFORE') =>
    `CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
     CREATE TRIGGER a_meddles ${when} INSERT ON app.customers FOR EACH ROW EXECUTE FUNCTION public.meddle()`
  test.each([
    [
      'a trigger that keeps a row out',
      trigger("IF NEW.name = 'c7' THEN RETURN NULL; END IF; RETURN NEW;"),
      /^DAMAGE\.ROW_COUNT: app\.customers has 199 rows, the backup has 200\.$/,
    ],
    [
      'a trigger that deletes a row that was there',
      trigger("IF NEW.name = 'c7' THEN DELETE FROM app.customers WHERE id = 901; END IF; RETURN NULL;", 'AFTER'),
      /^COMPARE\.ROW_COUNT: app\.customers gained 199 rows, the backup has 200\.$/,
    ],
    [
      'a trigger that changes a row',
      trigger("IF NEW.name = 'c7' THEN NEW.mood := 'bad'; END IF; RETURN NEW;"),
      /^COMPARE\.DIGEST: app\.customers gained 200 rows as the backup has, but not the same ones\.$/,
    ],
  ])('%s', async (_, sql, finding) => {
    const database = await databaseWith(
      server,
      `${shop}${others}; ALTER TABLE app.orders DROP CONSTRAINT orders_customer_fkey; ${sql}`,
    )
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'append', { tables: ['app.customers'] })
    expect(errorsOf(findings)).toEqual([expect.stringMatching(finding)])
  })
})

describe('before anything is touched', () => {
  test.each([
    [
      'a column is missing',
      'ALTER TABLE app.customers DROP COLUMN mood CASCADE',
      /app\.customers takes no values for mood/,
    ],
    [
      'a column is computed there',
      'ALTER TABLE app.customers DROP COLUMN mood CASCADE, ADD mood int GENERATED ALWAYS AS (1) STORED',
      /app\.customers takes no values for mood/,
    ],
    [
      'a column needs a value',
      'DELETE FROM app.orders; ALTER TABLE app.orders ADD by text NOT NULL, ADD at2 date NOT NULL DEFAULT now()',
      /app\.orders needs values for by, which/,
    ],
    [
      'an identity column has another sequence',
      'ALTER SEQUENCE app.customers_id_seq RENAME TO other',
      /app\.customers_id_seq: no sequence of an identity column/,
    ],
  ])('%s', async (_, sql, message) => {
    const database = await databaseWith(server, `${shop}${others}; ${sql}`)
    const from = await backupOf(server, source)
    for (const how of ['append', 'truncate'] as const)
      expect(await from.refused(database, how)).toMatchObject({
        code: 'REFUSED.COLUMNS',
        message: expect.stringMatching(message),
      })
  })

  test('something of another kind has the name, or a large object the number', async () => {
    const database = await databaseWith(
      server,
      `CREATE SCHEMA app; CREATE VIEW app.orders AS SELECT 1 AS id; CREATE TABLE app.good (a int); SELECT lo_create(4711)`,
    )
    const withObject = await shopDatabase(server, 'SELECT lo_create(4711)')
    const error = await (await backupOf(server, withObject)).refused(database, 'append')
    for (const part of [
      'view app.orders (in the backup a TABLE)',
      'table app.good, 0 B on disk (in the backup a VIEW)',
      'the large object 4711',
    ])
      expect(error.message).toContain(part)
  })

  test('a table without partitions, where the backup has some of it; beside tables that would be emptied', async () => {
    const database = await shopDatabase(server, 'DROP TABLE app.events; CREATE TABLE app.events (id int, at date)')
    const from = await backupOf(server, source)
    for (const how of ['append', 'truncate'] as const)
      expect(await from.refused(database, how)).toMatchObject({
        code: 'REFUSED.EXISTS',
        message: expect.stringContaining('table app.events, 0 B on disk (in the backup a TABLE of partitions)'),
      })
    expect((await from.refused(database, 'truncate', { dryRun: true })).code).toBe('REFUSED.EXISTS')
  })

  test('rows that lie before what they refer to cannot go in within one transaction', async () => {
    const tables =
      'CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b VALUES (1); INSERT INTO a VALUES (1, 1)'
    const from = await backupOf(server, await databaseWith(server, tables))
    const database = await databaseWith(
      server,
      `${tables}; UPDATE b SET id = 2; UPDATE a SET id = 2, b = 2; ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b`,
    )
    expect(await from.refused(database, 'append', { singleTransaction: true })).toMatchObject({
      code: 'REFUSED.FOREIGN_KEYS',
      message: expect.stringMatching(/^Rows of public\.a would come before/),
    })
    expect((await from.restoreInto(database, 'append')).rows).toBe(2)
  })
})
