import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const script = `
CREATE TABLE public.orders (id integer);
COPY public.orders (id) FROM stdin;
1
2
\\.
-- PostgreSQL database dump complete
`
const lock = 'SELECT FROM pg_locks WHERE NOT granted'

let server: TestServer
let cwd: string
let url: string
let target: string
let targets = 0
beforeAll(async () => {
  server = await startServer(17)
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-into-new-'))
  const source = await server.createDatabase('source')
  await server.query('CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)', 'source')
  expect(await pgark(['backup', source, '--to', 'shop.dump'], { cwd })).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.stop()
  await rm(cwd, { recursive: true })
})
beforeEach(async () => {
  target = `shop${++targets}`
  url = await server.createDatabase(target)
  await server.query("CREATE TABLE orders (id int, note text); INSERT INTO orders VALUES (7, 'old')", target)
})

const into = (backup: string, ...flags: string[]) =>
  pgark(['restore', backup, '--to', url, '--into-new', ...flags], { cwd })
const ordersIn = async (database: string) =>
  (await server.query('SELECT id FROM orders ORDER BY id', database)).rows.map(({ id }) => id)
const ofTarget = async () =>
  (await server.query(`SELECT datname FROM pg_database WHERE datname LIKE '${target}%' ORDER BY 1`)).rows.map(
    ({ datname }): string => datname,
  )
async function connected(database?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url(database) })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

test('takes the name, and tells what became of the old database: exit 0', async () => {
  const run = await into('shop.dump')
  expect(run).toMatchObject({ code: 0, stdout: '' })
  expect(run.stderr).toMatch(new RegExp(`^created ${target}_restoring_\\S+, which will take the name ${target}$`, 'm'))
  const told = new RegExp(`kept as (${target}_before_\\d{8}T\\d{6}Z); .*: (DROP DATABASE .*);$`, 'm').exec(run.stderr)
  expect(await ordersIn(target)).toEqual([1, 2])
  expect(await ordersIn(told?.[1] ?? '')).toEqual([7])
  await server.query(told?.[2] ?? '')
  expect(await ofTarget()).toEqual([target])
  const json = jsonLines(await into('shop.dump', '--json')).at(-1)
  expect(json).toMatchObject({ ok: true, database: target, replaced: { keptAs: expect.stringContaining('_before_') } })
})

test('a session there: exit 2 without consent, ended with --yes', async () => {
  await connected(target)
  const refused = await into('shop.dump')
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/REFUSED\.IN_USE: .* 1 session: process \d+/),
  })
  expect([await ofTarget(), await ordersIn(target)]).toEqual([[target], [7]])
  const dry = await into('shop.dump', '--dry-run')
  expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining('needs consent') })
  expect(await into('shop.dump', '--yes')).toMatchObject({ code: 0 })
  expect(await ordersIn(target)).toEqual([1, 2])
})

test('what cannot be: exit 2', async () => {
  const run = await into('shop.dump', '--create-database', '--exclude-table', 'x', '--data-only')
  expect(run.code).toBe(2)
  for (const flag of ['--create-database', '--exclude-table', '--data-only'])
    expect(run.stderr).toMatch(new RegExp(`${flag} and --into-new exclude each other`))
  const nowhere = await pgark(['restore', 'shop.dump', '--to', server.url('nowhere'), '--into-new'], { cwd })
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/REFUSED\.NO_DATABASE: .*nowhere.*\nhint: .*--create-database/),
  })
})

test('damage: exit 3, the target is what it was', async () => {
  const bytes = await readFile(path.join(cwd, 'shop.dump'))
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1
  await writeFile(path.join(cwd, 'damaged.dump'), bytes)
  await writeFile(path.join(cwd, 'damaged.dump.json'), await readFile(path.join(cwd, 'shop.dump.json')))
  const run = await into('damaged.dump')
  expect(run).toMatchObject({ code: 3, stderr: expect.stringMatching(/^DAMAGE\./m) })
  expect([await ofTarget(), await ordersIn(target)]).toEqual([[target], [7]])
})

test('SIGTERM amid the rows: exit 143, nothing is left of it', async () => {
  const over = Promise.withResolvers<void>()
  async function* stdin() {
    yield Buffer.from(script.slice(0, 100))
    await over.promise
  }
  const run = await pgark(['restore', '-', '--to', url, '--into-new'], {
    stdin: stdin(),
    on: { text: '_restoring_', act: (pid) => process.kill(pid, 'SIGTERM') },
  })
  over.resolve()
  expect(run.code).toBe(143)
  expect([await ofTarget(), await ordersIn(target)]).toEqual([[target], [7]])
})

test('SIGKILL between the two names: the target has its own, and takes connections', async () => {
  const locker = await connected()
  const oid = async () => (await server.query(`SELECT oid FROM pg_database WHERE datname = '${target}'`)).rows
  const before = await oid()
  let pid = 0
  const made = Promise.withResolvers<void>()
  async function* stdin() {
    await made.promise
    // The new database cannot be renamed while somebody else speaks of it; the target is renamed by then.
    const name = (await ofTarget()).find((each) => each.includes('_restoring_'))
    await locker.query(`BEGIN; COMMENT ON DATABASE "${name}" IS 'mine'`)
    yield Buffer.from(script)
  }
  const running = pgark(['restore', '-', '--to', url, '--into-new', '--idle-timeout', '10m'], {
    stdin: stdin(),
    on: {
      text: '_restoring_',
      act: (id) => {
        pid = id
        made.resolve()
      },
    },
  })
  while (!(await locker.query(lock)).rowCount);
  process.kill(pid, 'SIGKILL')
  await running
  await locker.query('ROLLBACK')
  const observer = await connected()
  while ((await observer.query("SELECT FROM pg_stat_activity WHERE application_name = 'pgark'")).rowCount);
  expect(await oid()).toEqual(before)
  expect(await ordersIn(target)).toEqual([7])
  expect(await ofTarget()).toEqual([target, expect.stringMatching(/_restoring_\d{8}T\d{6}Z$/)])
})
