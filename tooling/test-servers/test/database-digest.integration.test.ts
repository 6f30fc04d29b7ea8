import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseDigest, startServer, type TestServer } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  await server.createDatabase('kept')
  await server.query("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT lo_from_bytea(1, 'x')", 'kept')
})
afterAll(() => server.stop())

test('what was rolled back leaves the digest as it was', async () => {
  const before = await databaseDigest(server, 'kept')
  const undone = "BEGIN; CREATE TABLE u (); INSERT INTO t VALUES (3); SELECT lo_put(1, 0, 'y'); DROP TABLE t; ROLLBACK"
  await server.query(undone, 'kept')
  expect(await databaseDigest(server, 'kept')).toBe(before)
})

test.each([
  ['a row', 'UPDATE t SET a = 3 WHERE a = 2'],
  ['a row more', 'INSERT INTO t VALUES (NULL)'],
  ['a large object', "SELECT lo_put(1, 0, 'y')"],
  ['a comment', "COMMENT ON TABLE t IS 'x'"],
  ['a function', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1'],
  ['a grant', 'GRANT SELECT ON t TO PUBLIC'],
  ['a setting of the database', 'ALTER DATABASE kept SET work_mem = 65'],
  ['a database', 'CREATE DATABASE left_behind'],
  ['a role', 'CREATE ROLE left_behind'],
])('%s changes it', async (_, sql) => {
  const before = await databaseDigest(server, 'kept')
  await server.query(sql, 'kept')
  expect(await databaseDigest(server, 'kept')).not.toBe(before)
})

test('a server that changes its catalogue by itself is refused', async () => {
  const other = await startServer(16)
  try {
    await expect(databaseDigest(other, 'postgres')).rejects.toThrow('autovacuum=off')
  } finally {
    await other.stop()
  }
})
