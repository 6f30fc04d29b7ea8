import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

// Every example is run as its first lines say, against the packages as they were built, and judged by SQL.

const folder = path.join(import.meta.dirname, '../..')
const command = path.join(folder, '../../packages/cli/dist/pgark.js')
let server: TestServer
let backups: string

beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(await readFile(path.join(import.meta.dirname, 'shop.sql'), 'utf8'), 'shop')
})
afterAll(() => server.stop())
beforeEach(async () => {
  backups = await mkdtemp(path.join(tmpdir(), 'pgark-examples-'))
})
afterEach(() => rm(backups, { recursive: true }))

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', DATABASE_URL: server.url('shop'), BACKUPS: backups, ...env },
  })
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  }
  const [code] = await once(child, 'close')
  expect({ code, stderr: code === 0 ? '' : told.stderr }).toEqual({ code: 0, stderr: '' })
  return told.stdout
}

/** The answer's only value. */
async function ask(sql: string, database = 'shop'): Promise<unknown> {
  const { rows } = await server.query(sql, database)
  return Object.values(rows[0])[0]
}

/** Rows that are in one of both and not in the other. */
const differences = (one: string, other: string) =>
  `SELECT count(*)::int FROM ((${one} EXCEPT ALL ${other}) UNION ALL (${other} EXCEPT ALL ${one})) AS different`

test('tenants: one backup for each schema, found by its metadata', async () => {
  expect(await run(['src/tenants.ts'])).toMatch(/^acme-\S+: 10 rows\nglobex-\S+: 20 rows\n$/)
  const listed = JSON.parse(await run([command, 'list', backups, '--metadata', 'tenant=globex', '--json']))
  expect(listed).toHaveLength(1)
})

test('production to staging: the same under another name, in the same database', async () => {
  expect(await run(['src/production-to-staging.ts'], { STAGING_URL: server.url('shop') })).toMatch(
    /^staging has 2230 rows/,
  )
  for (const table of ['users', 'orders', 'payments', 'audit_log', 'papers', 'spent']) {
    expect(await ask(differences(`TABLE production.${table}`, `TABLE staging.${table}`))).toBe(0)
  }
  // The copy's trigger calls the copy's function; what the body of that function says is text, and is told.
  expect(
    await ask(
      "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'staging.orders'::regclass AND tgname = 'audited'",
    ),
  ).toContain('staging.audit()')
  await server.query('DROP SCHEMA staging CASCADE', 'shop')
  expect(await ask('SELECT count(*)::int FROM production.spent')).toBeGreaterThan(0)
})

test('development copy: test users, their recent orders, small payments, no audit trail', async () => {
  await server.createDatabase('development')
  await run(['src/development-copy.ts'], { DEVELOPMENT_URL: server.url('development') })
  expect(await ask('SELECT count(*)::int FROM development.users', 'development')).toBe(20)
  expect(await ask('SELECT count(*)::int FROM development.audit_log', 'development')).toBe(0)
  const orders = await ask(
    `SELECT array_agg(o.id ORDER BY o.id) FROM production.orders o JOIN production.users u ON u.id = o.user_id
     WHERE u.is_test AND o.created_at >= now() - interval '30 days'`,
  )
  expect(await ask('SELECT array_agg(id ORDER BY id) FROM development.orders', 'development')).toEqual(orders)
  const payments = await ask(
    `SELECT array_agg(id ORDER BY id) FROM production.payments WHERE amount < 100 AND order_id = ANY ('{${orders}}')`,
  )
  expect(payments).not.toBeNull()
  expect(await ask('SELECT array_agg(id ORDER BY id) FROM development.payments', 'development')).toEqual(payments)
})

test('customer migration: some customers with all that is theirs, and the ticket', async () => {
  await server.createDatabase('migrated')
  const told = await run(['src/customer-migration.ts', '3', '5', '8'], { NEW_URL: server.url('migrated') })
  expect(told).toMatch(/ rows of 3 customers/)
  expect(await ask('SELECT array_agg(id ORDER BY id) FROM production.users', 'migrated')).toEqual([3, 5, 8])
  const ids =
    'SELECT array_agg(p.id ORDER BY p.id) FROM production.payments p JOIN production.orders o ON o.id = p.order_id WHERE o.user_id IN (3, 5, 8)'
  expect(await ask(ids, 'migrated')).toEqual(await ask(ids))
  const [backup] = JSON.parse(await run([command, 'list', backups, '--json']))
  expect(backup.manifest.metadata).toEqual({ purpose: 'customer migration', ticket: 'PROJ-123' })
})

test('a filter of one’s own', async () => {
  const count = await ask(
    'SELECT count(*)::int FROM production.users WHERE extract(year FROM age(born)) BETWEEN 18 AND 65',
  )
  expect(await run(['src/age-range.ts'])).toBe(`${count} users between 18 and 65\n`)
})

test('a table under a new name in the same database', async () => {
  expect(await run(['src/clone-table.ts'])).toBe('production.papers_test: 50 rows\n')
  expect(await ask(differences('TABLE production.papers', 'TABLE production.papers_test'))).toBe(0)
  await server.query("INSERT INTO production.papers_test (title) VALUES ('another')", 'shop')
  expect(await ask('SELECT count(*)::int FROM production.papers')).toBe(50)
  expect(await ask('SELECT max(id) FROM production.papers_test')).toBe(51)
  await expect(server.query("INSERT INTO production.papers_test (title) VALUES ('ANOTHER')", 'shop')).rejects.toThrow(
    /unique/,
  )
})

test('a nightly job from a config file', async () => {
  await run([command, 'run', 'nightly', '--config', 'src/pgark.config.ts'])
  await run([command, 'run', 'week', '--config', 'src/pgark.config.ts'])
  const listed: { manifest: { metadata: Record<string, string> } }[] = JSON.parse(
    await run([command, 'list', backups, '--json']),
  )
  expect(listed.map(({ manifest }) => manifest.metadata.type).toSorted()).toEqual(['audit', 'daily'])
  const plan = await run([command, 'prune', 'nightly', '--dry-run', '--config', 'src/pgark.config.ts'])
  expect(plan).toMatch(/keep/)
})
