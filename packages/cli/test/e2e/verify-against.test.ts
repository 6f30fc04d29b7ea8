import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, 'note ' || n FROM generate_series(1, 1000) n;
  CREATE SEQUENCE counter; SELECT setval('counter', 42);
  SELECT lo_from_bytea(4711, 'large')`

let server: TestServer
let cwd: string
let url: string
beforeAll(async () => {
  server = await startServer(17)
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-against-'))
  expect(await pgark(['backup', url, '--to', 'shop.dump'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})

const against = (database: string, ...flags: string[]) =>
  pgark(['verify', 'shop.dump', '--against', database, ...flags], { cwd })

test('the database that it was made of is equal', async () => {
  const run = await against(url)
  expect(run).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ok: .*1 table, 1,000 rows.* and in .*\/shop\n$/),
  })
  expect(run.stderr).toContain('public.orders')
})

test('differences are listed, with exit code 3', async () => {
  await server.query('CREATE DATABASE changed TEMPLATE shop')
  await server.query(
    "UPDATE orders SET note = 'note 8' WHERE id = 7; SELECT nextval('counter'), lo_put(4711, 0, 'L')",
    'changed',
  )
  const run = await against(server.url('changed'))
  expect(run.code).toBe(3)
  expect(run.stdout.split('\n')).toEqual([
    'error: COMPARE.DIGEST: public.orders has 1000 rows as the backup has, but not the same ones.',
    'error: COMPARE.SEQUENCE: The sequence public.counter has another value than in the backup.',
    'error: COMPARE.LARGE_OBJECTS: The database has 1 large object as the backup has, but not the same ones.',
    expect.stringMatching(/^different: .*shop\.dump and .*\/changed$/),
    '',
  ])
  const json = await against(server.url('changed'), '--json')
  expect(json.code).toBe(3)
  const last = jsonLines(json).at(-1)
  expect(last).toMatchObject({ type: 'result', command: 'verify', ok: false })
  expect(last?.findings).toMatchObject([
    { code: 'COMPARE.DIGEST' },
    { code: 'COMPARE.SEQUENCE' },
    { code: 'COMPARE.LARGE_OBJECTS' },
  ])
})

test('a database that is not there is a failure, not a difference; what is no URL is refused', async () => {
  expect(await against(server.url('nowhere'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENGINE.CONNECT'),
  })
  expect(await against('shop')).toMatchObject({ code: 2, stderr: expect.stringContaining('--against') })
})
