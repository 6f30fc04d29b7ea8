import path from 'node:path'
import { backup, file, type RunEvent, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

async function copyOf(database: string, set = ''): Promise<string> {
  const to = file(path.join(await tempFolder(), 'backup.sql'))
  await backup({ engine: engineFor(server, database), to })
  const copy = await databaseWith(server, 'SELECT 1')
  if (set) await server.query(`ALTER DATABASE "${copy}" SET ${set}`)
  await restore({ engine: engineFor(server, copy), from: to })
  return copy
}

test('literals mean the same where standard_conforming_strings is off', async () => {
  const source = await databaseWith(server, 'SELECT 1')
  await server.query(`ALTER DATABASE "${source}" SET standard_conforming_strings = off`)
  await server.query(
    String.raw`
    CREATE TABLE t (a text DEFAULT E'C:\\temp', b text CHECK (b <> E'\\'));
    COMMENT ON TABLE t IS E'C:\\dir';
    CREATE TYPE e AS ENUM (E'a\\b');
    CREATE VIEW v AS SELECT E'\\d+'::text AS re;
    INSERT INTO t (b) VALUES (E'x\\y')`,
    source,
  )
  const facts = async (database: string) =>
    (
      await server.query(
        `SELECT (SELECT re FROM v), obj_description('t'::regclass), (SELECT enumlabel FROM pg_enum), a, b,
                (SELECT length(column_default) FROM information_schema.columns WHERE column_name = 'a' AND table_name = 't') > 0 AS has
         FROM t`,
        database,
      )
    ).rows
  const copy = await copyOf(source)
  expect(await facts(copy)).toEqual(await facts(source))
  await server.query("INSERT INTO t (b) VALUES ('z')", copy)
  expect((await server.query("SELECT a FROM t WHERE b = 'z'", copy)).rows).toEqual([{ a: 'C:\\temp' }])
})

test('NULL in an array stays NULL where array_nulls is off', async () => {
  const source = await databaseWith(server, `CREATE TABLE t (a text[]); INSERT INTO t VALUES ('{x,NULL,"NULL"}')`)
  const copy = await copyOf(source, 'array_nulls = off')
  expect((await server.query('SELECT a[2] IS NULL AS is_null FROM t', copy)).rows).toEqual([{ is_null: true }])
})

test("functions that a search_path puts before the system's are never run", async () => {
  const source = await databaseWith(
    server,
    `CREATE TABLE items (id int);
     CREATE SCHEMA evil;
     CREATE TABLE evil.calls (what text);
     CREATE FUNCTION evil.current_database() RETURNS name LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'evil'; END $$;
     CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evil'; END $$;
     CREATE FUNCTION evil.current_schemas(boolean) RETURNS name[] LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evil'; END $$;
     CREATE VIEW evil.pg_class AS SELECT 1 / 0 AS oid`,
  )
  await server.query(`ALTER DATABASE "${source}" SET search_path = evil, public, pg_catalog`)
  await expect(server.query('SELECT current_database()', source)).rejects.toThrow('evil')
  const engine = engineFor(server, source)
  const to = file(path.join(await tempFolder(), 'backup.sql'))
  const { tables } = await backup({ engine, to })
  expect(tables.map(({ name }) => name)).toEqual(['calls', 'items'])
  expect((await engine.inspect()).database).toBe(source)
})

test('what pg_dump leaves out is told', async () => {
  const source = await databaseWith(
    server,
    "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)",
  )
  await server.query('CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader')
  const events: RunEvent[] = []
  const to = file(path.join(await tempFolder(), 'backup.sql'))
  await backup({
    engine: engineFor(server, source, { user: 'reader' }),
    to,
    onEvent: (event) => void events.push(event),
  })
  expect(events).toContainEqual({
    type: 'warning',
    code: 'ENGINE.PG_DUMP_WARNING',
    message: expect.stringContaining('subscriptions not dumped'),
  })
  await server.query('ALTER SUBSCRIPTION s DISABLE; DROP SUBSCRIPTION s', source)
})

test('a schema that holds functions only can be selected, and partitions that are left out are told', async () => {
  const source = await databaseWith(
    server,
    `CREATE SCHEMA funcs; CREATE FUNCTION funcs.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE TABLE pay (d int) PARTITION BY RANGE (d); CREATE TABLE pay_1 PARTITION OF pay FOR VALUES FROM (0) TO (9)`,
  )
  const folder = await tempFolder()
  const engine = engineFor(server, source)
  await backup({ engine, to: file(path.join(folder, 'funcs.sql')), schemas: ['funcs'] })
  const events: RunEvent[] = []
  const onEvent = (event: RunEvent) => void events.push(event)
  await backup({ engine, to: file(path.join(folder, 'pay.sql')), tables: ['pay'], onEvent })
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'SELECTION.PARTITIONS' }))
})
