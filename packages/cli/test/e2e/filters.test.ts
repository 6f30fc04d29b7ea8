import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, vip bool);
  INSERT INTO customers SELECT i, i % 2 = 0 FROM generate_series(1, 100) i;
  CREATE TABLE orders (id int PRIMARY KEY, customer int CONSTRAINT of REFERENCES customers, total int);
  INSERT INTO orders SELECT i, i % 100 + 1, i FROM generate_series(1, 1000) i; ANALYZE`

let server: TestServer
let cwd: string
let url: string
beforeAll(async () => {
  server = await startServer(17)
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-filters-'))
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})
const run = (...args: string[]) => pgark(args, { cwd })

test('these rows, in a file that restores and is equal', async () => {
  const where = ['--where', 'customers: vip', '--where', 'orders: customer IN (SELECT id FROM customers WHERE vip)']
  expect(await run('backup', url, '--to', 'some.sql', ...where)).toMatchObject({ code: 0 })
  const target = server.url('some')
  expect(await run('restore', 'some.sql', '--to', target, '--create-database')).toMatchObject({ code: 0 })
  const { rows } = await server.query(
    'SELECT (SELECT count(*)::int FROM customers) AS customers, (SELECT count(*)::int FROM orders) AS orders',
    'some',
  )
  expect(rows).toEqual([{ customers: 50, orders: 500 }])
  expect(await run('verify', 'some.sql', '--against', url)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^ok: .* and in .*, except: 2 tables compared only in the rows that a filter chose$/m,
    ),
  })
  const shown = await run('show', 'some.sql')
  expect(shown.stdout).toMatch(/public\.customers +50 +\d+ B +where: vip\n/)
})

test('rows that would refer to rows left out: refused, told, or left unchecked', async () => {
  const args = ['backup', url, '--to', 'vip.dump', '--where', 'customers: vip']
  const refused = await run(...args)
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /REFUSED\.ORPHANS: 500 rows of public\.orders refer to rows of public\.customers that are left out \(of\)\.\nhint: filter public\.orders by what is kept: "customer" IS NULL OR "customer" IN/,
    ),
  })
  expect(await readdir(cwd)).not.toContain('vip.dump')
  const told = await run(...args, '--on-orphans', 'report')
  expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: 500 rows of public.orders') })
  expect(await run(...args, '--force', '--on-orphans', 'not-valid')).toMatchObject({ code: 0 })
  expect((await run('show', 'vip.dump')).stdout).toMatch(/^not valid +of of public\.orders$/m)
  const restored = await run('restore', 'vip.dump', '--to', server.url('vip'), '--create-database')
  expect(restored).toMatchObject({ code: 0 })
})

test('a dry run tells rows, and refuses what a backup would', async () => {
  const dry = await run('backup', url, '--dry-run', '--verbose', '--where', 'orders: total <= 10')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toContain('FROM ONLY "public"."orders" AS "orders" WHERE (total <= 10)')
  expect(await run('backup', url, '--dry-run', '--where', 'customers: vip')).toMatchObject({ code: 2 })
})

test('validate: every filter is checked by the server, all problems at once', async () => {
  expect(await run('validate', url, '--where', 'orders: total > 1', '--where', 'customers: vip')).toMatchObject({
    ...{ code: 0, stdout: 'ok: 2 filters checked by the server\n' },
  })
  const wrong = await run('validate', url, '--where', 'orders: totl > 1', '--where', 'custmers: vip')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toMatch(/USAGE\.FILTER: .*custmers/)
  expect(wrong.stderr).toMatch(/USAGE\.FILTER: The filter where for .*orders.*totl/)
  const json = await run('validate', url, '--json', '--where', 'orders: total > 1')
  expect(jsonLines(json).at(-1)).toEqual({ type: 'result', command: 'validate', ok: true, findings: [] })
})

test('estimate: rows and bytes, with filters and without', async () => {
  const exact = await run('estimate', url, '--exact', '--where', 'orders: total <= 10')
  expect(exact.code).toBe(0)
  expect(exact.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['table', ' rows', 'of', 'size on disk', 'of', 'filter'].map((title) => expect.stringContaining(title.trim())),
    ['public.customers', '100', '100', '8.2 kB', '8.2 kB'],
    ['public.orders', '10', '1,000', expect.any(String), expect.any(String), 'where'],
    ['all', '110', '1,100', expect.any(String), expect.any(String)],
    [''],
  ])
  const json = jsonLines(await run('estimate', url, '--json', '--table', 'customers')).at(-1)
  expect(json).toMatchObject({ type: 'result', command: 'estimate', ok: true, exact: false })
  expect(json?.tables).toMatchObject([{ schema: 'public', name: 'customers', rows: 100, allRows: 100 }])
})

test('wrong flags are told together', async () => {
  const wrong = await run('backup', url, '--to', 'x.sql', '--where', 'orders', '--on-orphans', 'perhaps')
  expect(wrong).toMatchObject({ code: 2 })
  expect(wrong.stderr).toContain("Expected --where 'table: condition', got orders.")
  expect(wrong.stderr).toContain('Expected --on-orphans fail, report or not-valid, got perhaps.')
  expect((await run('validate', url)).stderr).toContain('--where is missing')
  const without = await run('backup', url, '--to', 'x.sql', '--on-orphans', 'report', '--filter-values')
  expect(without).toMatchObject({ code: 2 })
  expect(without.stderr).toContain('--on-orphans has no meaning without --where.')
  expect(without.stderr).toContain('--filter-values has no meaning without --where.')
  const only = await run(
    'backup',
    url,
    '--to',
    'x.sql',
    '--data-only',
    '--where',
    'customers: vip',
    '--on-orphans',
    'not-valid',
  )
  expect(only.stderr).toContain('--on-orphans not-valid has no meaning with --data-only')
})
