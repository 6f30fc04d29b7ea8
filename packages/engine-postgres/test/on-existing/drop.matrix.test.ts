import { readFile } from 'node:fs/promises'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, openSession } from '../snapshot/run-backup.ts'
import { backupOf, shop, shopDatabase } from './shop.ts'

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await shopDatabase(server)
})
afterAll(() => server.stop())

const schemaFile = (name: string) => readFile(new URL(`../round-trip/schema/${name}.sql`, import.meta.url), 'utf8')
/** What depends on the shop, and is no part of it. */
const outside = `
  CREATE VIEW public.seen AS SELECT * FROM app.good;
  CREATE TABLE public.bills (id int, order_id int REFERENCES app.orders, mood app.mood DEFAULT 'bad');
  CREATE TABLE app.events_3 PARTITION OF app.events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
  CREATE FUNCTION public.feel(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
  INSERT INTO public.bills VALUES (1, 1)`
const dependents = [
  'column mood of table public.bills',
  'constraint bills_order_id_fkey on table public.bills',
  'function public.feel(app.mood)',
  'table app.events_3, 0 B on disk',
  'view public.seen',
]

describe('drop', () => {
  test.each([false, true])('everything is made anew; one transaction: %s', async (one) => {
    const database = await databaseWith(
      server,
      `${shop} ALTER TABLE app.customers ADD more int; ALTER TYPE app.mood ADD VALUE 'so so'; CREATE TABLE public.mine (a int);
       INSERT INTO app.customers (name) VALUES ('x'); CREATE INDEX mine ON app.orders (amount); CREATE VIEW app.extra AS SELECT 1 AS a`,
    )
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'drop', { singleTransaction: one })
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect((await compareDatabases(server, source, database)).differences).toEqual(['added: public.mine r p true'])
    const { rows } = await server.query("SELECT to_regclass('app.extra') IS NOT NULL AS kept", database)
    expect(rows).toEqual([{ kept: true }])
    expect(findings).toMatchObject([{ code: 'RESTORE.KEPT', message: expect.stringMatching(/SCHEMA app\.$/) }])
    expect(from.asked[0]?.objects).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^table app\.customers, /),
        'type app.mood',
        'function app.touch()',
        'view app.good',
        'sequence app.numbers',
      ]),
    )
    expect(from.asked[0]?.objects).not.toContain('schema app')
    expect(from.asked[0]?.objects?.join()).not.toMatch(/trigger|constraint|index|events_1/)
  })

  test('one of every kind that there is', async () => {
    for (const role of ['owner_r', 'reader_r', '"Ro""le; DROP \'x\'"']) await server.query(`CREATE ROLE ${role}`)
    const everyKind = await schemaFile('every-kind')
    const from = await databaseWith(server, everyKind)
    const database = await databaseWith(server, everyKind)
    await server.query('DELETE FROM app.orders', database)
    const backup = await backupOf(server, from)
    expect((await backup.refused(database, 'fail')).code).toBe('REFUSED.EXISTS')
    const { findings } = await backup.restoreInto(database, 'drop')
    expect(findings).toEqual([])
    expect((await compareDatabases(server, from, database)).differences).toEqual([])
    const schemas = "SELECT count(*)::int AS n FROM pg_namespace WHERE nspname IN ('app', 'other')"
    expect((await server.query(schemas, database)).rows).toEqual([{ n: 2 }])
    expect(backup.asked[0]?.objects).toContain('schema app')
  })

  describe('subscriptions and languages', () => {
    const made = `CREATE TABLE kept (id int); INSERT INTO kept VALUES (1);
      CREATE FUNCTION handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
      CREATE LANGUAGE mine HANDLER handler;
      CREATE FUNCTION spoken() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';
      CREATE SUBSCRIPTION "Sub" CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false`
    const withSlot = `${made}, slot_name = sub_slot)`
    const withoutSlot = `${made}, slot_name = NONE)`
    const described = `SELECT subslotname AS slot, subenabled AS enabled
      FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database()`

    test('are found, and kept or dropped as anything else', async () => {
      const backup = await backupOf(server, await databaseWith(server, withoutSlot))
      const database = await databaseWith(server, withoutSlot)
      expect((await backup.refused(database, 'fail')).message).toMatch(
        /public\.kept, the function .*, the language mine, the subscription Sub: already in/,
      )
      const { findings } = await backup.restoreInto(database, 'append')
      expect(findings.map(({ message }) => message).join('\n')).toMatch(/SUBSCRIPTION Sub/)
      for (const singleTransaction of [false, true]) {
        expect((await backup.restoreInto(database, 'drop', { singleTransaction })).findings).toEqual([])
        expect((await server.query('SELECT * FROM kept', database)).rows).toEqual([{ id: 1 }])
      }
      expect(backup.asked.at(-1)?.objects).toEqual(
        expect.arrayContaining(['language mine', expect.stringMatching(/^subscription "?Sub/)]),
      )
    })

    test('a subscription with a slot at its publisher is not dropped', async () => {
      const backup = await backupOf(server, await databaseWith(server, withSlot))
      const database = await databaseWith(server, withSlot)
      for (const how of ['drop', 'drop-cascade'] as const) {
        expect(await backup.refused(database, how)).toMatchObject({
          code: 'REFUSED.EXISTS',
          message: expect.stringMatching(/^the subscription Sub: .*slot.*nothing was changed/),
          hint: expect.stringContaining('slot_name = NONE'),
        })
      }
      await server.query('ALTER SUBSCRIPTION "Sub" SET (slot_name = NONE)', database)
      await backup.restoreInto(database, 'drop')
      expect((await server.query(described, database)).rows).toEqual([{ slot: 'sub_slot', enabled: false }])
    })
  })

  test('what depends on it is named, and nothing is changed', async () => {
    const database = await shopDatabase(server, outside)
    const error = await (await backupOf(server, source)).refused(database, 'drop')
    expect(error).toMatchObject({ code: 'REFUSED.DEPENDENTS', hint: expect.stringContaining('drop-cascade') })
    for (const name of dependents) expect(error.message).toContain(name)
  })

  test('one table: what it shares with others stays as it is', async () => {
    const database = await shopDatabase(server, 'DELETE FROM app.orders; UPDATE app.customers SET name = id::text')
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'drop-cascade', { tables: ['app.orders'] })
    expect(from.asked[0]?.objects).toEqual([
      expect.stringMatching(/^table app\.orders, /),
      expect.stringMatching(/^materialized view app\.sums, .*, which is not restored$/),
    ])
    expect(findings.map(({ message }) => message).join('\n')).toMatch(/TYPE app\.mood|DOMAIN app\.amount/)
    const { differences } = await compareDatabases(server, source, database)
    expect(differences.filter((line) => /orders/.test(line))).toEqual([])
    expect(differences.join('\n')).toMatch(/app\.customers: 200 rows are missing, 200 are too many/)
  })

  test('one partition, with the key and the index that it has because its table does', async () => {
    const index = 'CREATE INDEX events_id ON app.events (id); CREATE INDEX own ON app.events_1 (at)'
    const whole = await shopDatabase(server, index)
    const from = await backupOf(server, whole)
    const database = await shopDatabase(server, `${index}; DELETE FROM app.events`)
    for (const how of ['drop', 'drop-cascade'] as const) {
      await from.restoreInto(database, how, { tables: ['app.events_1'] })
      expect(from.asked.at(-1)?.objects).toEqual([expect.stringMatching(/^table app\.events_1, /)])
    }
    await from.restoreInto(database, 'truncate', { tables: ['app.events_2'] })
    expect((await compareDatabases(server, whole, database)).differences).toEqual([])
    await expect(
      from.refused(database, 'drop', { tables: ['app.events_1'], sections: ['post-data'] }),
    ).resolves.toMatchObject({
      code: 'REFUSED.DEPENDENTS',
      message: expect.stringMatching(/index app\.events_1_id_idx \(of index app\.events_id\)/),
    })
  })

  test('keys and indexes alone', async () => {
    const database = await shopDatabase(server)
    const from = await backupOf(server, source)
    expect((await from.refused(database, 'fail', { sections: ['post-data'] })).message).toMatch(
      /app\.orders_at: already in|the constraint/,
    )
    await from.restoreInto(database, 'drop', { sections: ['post-data'] })
    expect((await compareDatabases(server, source, database)).differences).toEqual([])
    expect(from.asked[0]?.objects).toContain('constraint orders_customer_fkey on table app.orders')
  })

  test('what is a part of something else cannot be dropped alone', async () => {
    const database = await databaseWith(
      server,
      `CREATE SCHEMA app; CREATE TABLE app.t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.numbers))`,
    )
    for (const how of ['drop', 'drop-cascade'] as const) {
      const error = await (await backupOf(server, source)).refused(database, how)
      expect(error).toMatchObject({
        code: 'REFUSED.DEPENDENTS',
        message: expect.stringMatching(/sequence app\.numbers \(of column a of table app\.t\)/),
      })
    }
  })

  test('something that comes to depend on it after consent is not destroyed', async () => {
    const database = await shopDatabase(server)
    const from = await backupOf(server, source)
    const consent = async () => {
      await server.query('CREATE VIEW public.late AS SELECT * FROM app.orders', database)
      return true
    }
    await expect(from.restoreInto(database, 'drop', { consent })).rejects.toMatchObject({ code: 'RESTORE.DESTROY' })
    expect((await server.query('SELECT FROM public.late', database)).rowCount).toBe(1000)
  })

  test('a table that somebody uses is waited for, not for ever, and nothing is dropped', async () => {
    const database = await shopDatabase(server)
    const { client } = await openSession(server, database)
    await client.query('BEGIN; SELECT FROM app.orders')
    const from = await backupOf(server, source)
    const engine = engineFor(server, database, { lockTimeoutMs: 100 })
    await expect(from.restoreInto(database, 'drop', { engine })).rejects.toMatchObject({ code: 'RESTORE.DESTROY' })
    await client.query('ROLLBACK')
    expect((await server.query('SELECT FROM app.orders', database)).rowCount).toBe(1000)
  })

  test('a failure in one transaction brings everything back', async () => {
    const database = await databaseWith(server, `${shop} CREATE TABLE app.extra AS SELECT 1 AS a`)
    const from = await backupOf(server, source)
    await server.query(
      `CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no views' USING ERRCODE = '0A000'; END $$;
       CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION public.no()`,
      database,
    )
    const error = await from.refused(database, 'drop', { singleTransaction: true })
    expect(error).toMatchObject({ code: 'RESTORE.STATEMENT', message: expect.stringContaining('rolled back') })
  })
})

describe('drop-cascade', () => {
  test('what goes with it is listed, and goes', async () => {
    const database = await shopDatabase(server, outside)
    const from = await backupOf(server, source)
    const { findings } = await from.restoreInto(database, 'drop-cascade', { dryRun: true })
    const told = findings.filter(({ code }) => code === 'RESTORE.DESTROYS').map(({ message }) => message)
    await from.restoreInto(database, 'drop-cascade')
    const lost = from.asked[0]?.objects?.filter((line) => line.endsWith('which is not restored'))
    expect(lost?.toSorted()).toEqual(dependents.map((name) => `${name}, which is not restored`))
    for (const line of from.asked[0]?.objects ?? []) expect(told.join('\n')).toContain(line)
    const { rows } = await server.query(
      `SELECT to_regclass('public.seen') AS seen, to_regclass('app.events_3') AS part, to_regproc('public.feel') AS feel,
         (SELECT row_to_json(bills) FROM public.bills) AS bill`,
      database,
    )
    expect(rows).toEqual([{ seen: null, part: null, feel: null, bill: { id: 1, order_id: 1 } }])
    const { differences } = await compareDatabases(server, source, database)
    expect(differences).toEqual([expect.stringContaining('bills')])
  })
})
