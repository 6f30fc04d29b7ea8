import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith } from '../snapshot/run-backup.ts'
import { backupOf } from './shop.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
})
afterAll(() => server.stop())

/** The larger go in first, unless keys say otherwise: those that refer are. */
const tables = `
  CREATE TABLE b (id int, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
  CREATE TABLE b_1 PARTITION OF b FOR VALUES IN (1) PARTITION BY HASH (id);
  CREATE TABLE b_1_0 PARTITION OF b_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE b_2 PARTITION OF b FOR VALUES IN (2);
  CREATE TABLE a (id int, k int, pad text, bid int, FOREIGN KEY (bid, k) REFERENCES b (id, k)) PARTITION BY LIST (k);
  CREATE TABLE a_1 PARTITION OF a FOR VALUES IN (1);
  CREATE TABLE a_2 PARTITION OF a FOR VALUES IN (2);`
const rows = `
  INSERT INTO b SELECT n, k FROM generate_series(1, 200) n, generate_series(1, 2) k;
  INSERT INTO a SELECT n, k, md5(n::text), n FROM generate_series(1, 200) n, generate_series(1, 2) k;`

test.each([
  ['truncate', {}, rows],
  ['append', {}, ''],
  ['fail', { dataOnly: true }, ''],
] as const)('rows of partitions come after those that they refer to: %s', async (how, options, there) => {
  const source = await databaseWith(server, `${tables}${rows}`)
  const database = await databaseWith(server, `${tables}${there}`)
  await (await backupOf(server, source)).restoreInto(database, how, options)
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
})

const toItself = (key: string) => `
  CREATE TABLE c (id int, k int, pid int, pk int, PRIMARY KEY (id, k), FOREIGN KEY (${key}) REFERENCES c (id, k)) PARTITION BY LIST (k);
  CREATE TABLE c_1 PARTITION OF c FOR VALUES IN (1);
  CREATE TABLE c_2 PARTITION OF c FOR VALUES IN (2);
  INSERT INTO c VALUES (1, 1, NULL, NULL), (2, 2, NULL, NULL), (3, 1, 1, 1), (3, 2, 2, 2);`

test('partitions that may refer to each other cannot be satisfied: refused before anything is emptied', async () => {
  const database = await databaseWith(server, toItself('pid, pk'))
  const from = await backupOf(server, database)
  for (const how of ['truncate', 'append'] as const)
    expect(await from.refused(database, how)).toMatchObject({
      code: 'REFUSED.FOREIGN_KEYS',
      message: expect.stringContaining('public.c_1, public.c_2'),
    })
})

test('rows that refer to others of their partition only are no circle', async () => {
  const source = await databaseWith(server, toItself('pid, k'))
  const database = await databaseWith(server, toItself('pid, k'))
  await (await backupOf(server, source)).restoreInto(database, 'truncate')
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
})
