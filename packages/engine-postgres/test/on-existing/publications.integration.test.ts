import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor } from '../snapshot/run-backup.ts'
import { backupOf } from './shop.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off', wal_level: 'logical' } })
})
afterAll(() => server.stop())

const tables = `
  CREATE TABLE t (id int PRIMARY KEY, note text); CREATE TABLE other (id int PRIMARY KEY);
  INSERT INTO t SELECT n, 'n' || n FROM generate_series(1, 50) n;
  CREATE PUBLICATION "of both" FOR TABLE t (id) WHERE (id > 1), other;`
/** With their columns and conditions. */
const published = async (database: string) =>
  (await server.query('SELECT * FROM pg_publication_tables ORDER BY pubname, tablename', database)).rows
const names = (rows: readonly { pubname: string; tablename: string }[]) =>
  rows.map(({ pubname, tablename }) => `${pubname}: ${tablename}`)

test.each([
  ['drop', false],
  ['drop-cascade', true],
] as const)('a table that is made anew is in the publications that stay, as in the backup: %s', async (how, one) => {
  const source = await databaseWith(server, tables)
  const database = await databaseWith(server, `${tables} ALTER TABLE t ADD more int`)
  const from = await backupOf(server, source)
  await from.restoreInto(database, how, { tables: ['t'], singleTransaction: one })
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
  expect(await published(database)).toEqual(await published(source))
  expect(from.asked[0]?.objects).toEqual([expect.stringMatching(/^table public\.t, /)])
})

test('a publication that loses a table is told of, which stands in the way of nothing', async () => {
  const source = await databaseWith(server, tables)
  const database = await databaseWith(server, `${tables} CREATE PUBLICATION mine FOR TABLE t`)
  const from = await backupOf(server, source)
  const line = 'publication of table public.t in publication mine, which is not restored'
  const { findings } = await from.restoreInto(database, 'drop', { tables: ['t'], dryRun: true })
  expect(findings.map(({ message }) => message).join('\n')).toContain(line)
  await from.restoreInto(database, 'drop', { tables: ['t'] })
  expect(from.asked[0]?.objects).toContain(line)
  expect(names(await published(database))).toEqual(['of both: other', 'of both: t'])
})

test('of sections without what follows rows, and of another owner, too', async () => {
  const source = await databaseWith(server, tables)
  const from = await backupOf(server, source)
  const line = 'publication of table public.t in publication of both, which is not restored'
  const database = await databaseWith(server, tables)
  await from.restoreInto(database, 'drop', { tables: ['t'], sections: ['pre-data', 'data'] })
  expect(from.asked.at(-1)?.objects).toContain(line)

  await server.query("CREATE ROLE owns_t LOGIN PASSWORD 'x'")
  const owned = await databaseWith(
    server,
    `${tables} ALTER TABLE t OWNER TO owns_t; GRANT ALL ON SCHEMA public TO owns_t`,
  )
  const url = new URL(server.url(owned))
  url.username = 'owns_t'
  const engine = engineFor(server, owned, { connectionString: url.href })
  await from.restoreInto(owned, 'drop', { tables: ['t'], engine, noOwner: true })
  expect(from.asked.at(-1)?.objects).toContain(line)
  expect(names(await published(owned))).toEqual(['of both: other'])
})
