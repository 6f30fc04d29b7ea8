import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compareDatabases, databaseDigest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, 'note ' || n FROM generate_series(1, 1000) n`

let server: TestServer
let cwd: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-existing-'))
  const url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
  expect(await pgark(['backup', url, '--to', 'shop.dump'], { cwd })).toMatchObject({ code: 0 })
  expect(await pgark(['backup', url, '--to', 'shop.sql'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

const databaseWith = async (name: string, sql: string) => {
  const url = await server.createDatabase(name)
  await server.query(sql, name)
  return url
}
const restoring = (to: string, ...flags: string[]) => pgark(['restore', 'shop.dump', '--to', to, ...flags], { cwd })

test('drop: refused without consent, and where something depends on it; done with --yes', async () => {
  const to = await databaseWith('dropped', `${schema}; UPDATE orders SET note = ''`)
  const before = await databaseDigest(server, 'dropped')
  const refused = await restoring(to, '--on-existing', 'drop')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/REFUSED\.CONSENT: .*table public\.orders/) })
  expect(await databaseDigest(server, 'dropped')).toBe(before)
  const dry = await restoring(to, '--on-existing', 'drop', '--dry-run')
  expect(dry).toMatchObject({ code: 0, stderr: expect.stringMatching(/table public\.orders, .*: would be dropped/) })
  expect(await databaseDigest(server, 'dropped')).toBe(before)
  const run = await restoring(to, '--on-existing', 'drop', '--jobs', '2', '--yes')
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('is about to drop 1 object in dropped') })
  expect((await compareDatabases(server, 'shop', 'dropped')).differences).toEqual([])

  await server.query('CREATE VIEW seen AS SELECT * FROM orders', 'dropped')
  const inTheWay = await restoring(to, '--on-existing', 'drop', '--yes')
  expect(inTheWay).toMatchObject({ code: 2, stderr: expect.stringMatching(/REFUSED\.DEPENDENTS: view public\.seen/) })
  expect((await restoring(to, '--on-existing', 'drop-cascade', '--yes')).code).toBe(0)
})

test('append: exit code 3 where a row is lost, which before and after tell', async () => {
  const to = await databaseWith(
    'appended',
    `CREATE TABLE orders (id int, note text); INSERT INTO orders VALUES (-1, 'mine');
     CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.orders WHERE id = -1; RETURN NULL; END';
     CREATE TRIGGER loses AFTER INSERT ON orders FOR EACH STATEMENT EXECUTE FUNCTION lose()`,
  )
  const run = await restoring(to, '--on-existing', 'append', '--json', '--yes')
  expect(run.code).toBe(3)
  const last = jsonLines(run).at(-1) as { findings: { code: string; message: string }[] }
  expect(last.findings[0]).toMatchObject({
    code: 'COMPARE.ROW_COUNT',
    message: 'public.orders gained 999 rows, the backup has 1000.',
  })
})

test('truncate: exit code 0, the rows are those of the backup', async () => {
  const to = await databaseWith('emptied', `${schema}; UPDATE orders SET note = ''`)
  expect((await restoring(to, '--on-existing', 'truncate', '--yes')).code).toBe(0)
  expect((await compareDatabases(server, 'shop', 'emptied')).differences).toEqual([])
})

test.each([
  ['a plain dump', ['shop.sql', '--on-existing', 'drop'], /is a plain dump, which says itself what it drops/],
  ['a pipe', ['-', '--on-existing', 'append'], /not for a stream/],
  ['a new database', ['shop.dump', '--on-existing', 'append', '--create-database'], /nothing in it to append/],
  ['no such value', ['shop.dump', '--on-existing', 'cascade'], /did you mean drop-cascade/],
])('%s: exit code 2', async (_, args, message) => {
  const run = await pgark(['restore', ...args, '--to', server.url('shop'), '--yes'], { cwd })
  expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
