import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { roundTrip } from '../support/round-trip.ts'

let server: TestServer
beforeAll(async () => {
  // Each object whose owner is set is locked until the end of the restore's one transaction.
  server = await startServer(17, { settings: { max_locks_per_transaction: '1024' } })
})
afterAll(() => server.stop())

test('10,000 large objects', async () => {
  const { restored } = await roundTrip(
    server,
    'large objects',
    `SELECT count(lo_from_bytea(0, convert_to(repeat(md5(i::text), i % 20), 'UTF8'))) FROM generate_series(1, 10000) i;
     CREATE ROLE owner_of_some; DO $$ DECLARE object oid; BEGIN
       FOR object IN SELECT oid FROM pg_largeobject_metadata ORDER BY oid LIMIT 500 LOOP
         EXECUTE format('ALTER LARGE OBJECT %s OWNER TO owner_of_some; COMMENT ON LARGE OBJECT %s IS %L', object, object, object);
         EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO PUBLIC', object);
       END LOOP; END $$`,
  )
  expect((await compareDatabases(server, 'large objects', restored)).differences).toEqual([])
  const { rows } = await server.query('SELECT count(*)::int AS count FROM pg_largeobject_metadata', restored)
  expect(rows).toEqual([{ count: 10_000 }])
})

test('10,000 functions', async () => {
  const { restored } = await roundTrip(
    server,
    'functions',
    `DO $$ BEGIN FOR i IN 1..10000 LOOP
       EXECUTE format('CREATE FUNCTION f%s(a int, b text DEFAULT %L) RETURNS int LANGUAGE sql AS %L', i, 'd' || i, 'SELECT a + ' || i);
     END LOOP; END $$`,
  )
  const definitions = await definitionsOf(server, restored)
  expect(definitions.length).toBeGreaterThan(10_000)
  expect(definitions).toEqual(await definitionsOf(server, 'functions'))
  expect((await server.query('SELECT f1(1) + f10000(1) AS sum', restored)).rows).toEqual([{ sum: 10_003 }])
})
