import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from '../snapshot/run-backup.ts'
import { backUp, restoreInto } from '../support/round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

test('rows of unlogged tables are in a backup, temporary tables of other sessions are not', async () => {
  await server.createDatabase('source')
  await server.query(
    `CREATE TABLE kept AS SELECT generate_series(1, 3) AS a;
     CREATE UNLOGGED TABLE unlogged (id serial, a int); INSERT INTO unlogged (a) SELECT generate_series(1, 5);
     CREATE UNLOGGED SEQUENCE free; SELECT nextval('free')`,
    'source',
  )
  // Alive during the backup, one of them under the name of a table that stays.
  const { client } = await openSession(server, 'source')
  await client.query(
    `CREATE TEMP TABLE kept AS SELECT 'passing' AS a; CREATE TEMP TABLE passing (id serial PRIMARY KEY, a text);
     INSERT INTO passing (a) VALUES ('x'); CREATE TEMP SEQUENCE counting; CREATE TEMP VIEW seen AS SELECT a FROM passing;
     CREATE FUNCTION pg_temp.nothing() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  )

  await restoreInto(server, 'restored', await backUp(server, 'source'))

  expect(await compareDatabases(server, 'source', 'restored')).toEqual({ rows: 8, differences: [] })
  const sql = `SELECT relname AS name, relpersistence AS kept FROM pg_class
               WHERE relkind IN ('r', 'S', 'v') AND relnamespace = 'public'::regnamespace ORDER BY 1`
  expect((await server.query(sql, 'restored')).rows).toEqual([
    { name: 'free', kept: 'u' },
    { name: 'kept', kept: 'p' },
    { name: 'unlogged', kept: 'u' },
    { name: 'unlogged_id_seq', kept: 'u' },
  ])
})
