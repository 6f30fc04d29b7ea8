import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jsonLines, pgark } from './support/run-pgark.ts'

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, note text);
  CREATE VIEW totals AS SELECT customer_id, count(*) FROM orders GROUP BY 1;
  INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 1000) n;
  INSERT INTO orders SELECT n, 1 + n % 1000, repeat('x', 200) FROM generate_series(1, 20000) n;`

let server: TestServer
let cwd: string
let url: string
let copies = 0
const nextCopy = () => `copy_${++copies}`
const rowsOf = async (database: string) =>
  (
    await server.query(
      'SELECT (SELECT count(*) FROM customers)::int + (SELECT count(*) FROM orders)::int AS rows',
      database,
    )
  ).rows[0].rows

beforeAll(async () => {
  server = await startServer(16)
  url = await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-e2e-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

describe('backup, verify, show, list, restore', () => {
  test.each(['shop.sql', 'shop.sql.gz', 'shop.sql.zst', 'shop.dump'])('%s there and back', async (name) => {
    const made = await pgark(['backup', url, '--to', name, '--metadata', 'ticket=PROJ-1'], { cwd })
    expect(made).toMatchObject({ code: 0, stdout: '' })
    expect(made.stderr).toContain('public.orders: 20,000 rows')
    expect(made.stderr).toMatch(/backed up 2 tables, 21,000 rows/)
    expect(await readdir(cwd)).toEqual([name, `${name}.json`])
    const manifest = JSON.parse(await readFile(path.join(cwd, `${name}.json`), 'utf8'))
    const bytes = await readFile(path.join(cwd, name))
    expect(manifest.objects).toEqual([
      { key: name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    ])
    expect((await stat(path.join(cwd, name))).mode & 0o777).toBe(0o600)

    expect(await pgark(['verify', name], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok: .*21,000 rows/m),
    })
    const shown = await pgark(['show', name], { cwd })
    expect(shown.stdout).toMatch(/metadata: ticket +PROJ-1/)
    expect(shown.stdout).toMatch(/public\.orders +20,000/)
    expect((await pgark(['list', '.'], { cwd })).stdout).toMatch(
      new RegExp(`^${name} .* shop +21,000 .*ticket=PROJ-1`, 'm'),
    )
    const none = await pgark(['list', '.', '--metadata', 'ticket=other', '--json'], { cwd })
    expect(JSON.parse(none.stdout)).toEqual([])

    const unknown = await pgark(['list', '.', '--metadata', 'tiket=PROJ-1', '--metadata', 'purpose=x'], { cwd })
    expect(unknown).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /name tiket\.\nhint: did you mean ticket\?\n.*name purpose\.\nhint: there are ticket/,
      ),
    })

    const copy = nextCopy()
    const restored = await pgark(['restore', name, '--to', server.url(copy), '--create-database'], { cwd })
    expect(restored).toMatchObject({ code: 0, stdout: '' })
    expect(restored.stderr).toMatch(/public\.orders +20,000 +as in the backup/)
    expect(await rowsOf(copy)).toBe(21_000)
  })

  test('stdout to stdin, without a manifest', async () => {
    const made = await pgark(['backup', url, '--to', '-'], { cwd })
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/-- pgark: backup complete\n$/)
    const copy = nextCopy()
    const restored = await pgark(['restore', '-', '--to', server.url(copy), '--create-database'], {
      stdin: made.stdout,
    })
    expect(restored.code).toBe(0)
    expect(await rowsOf(copy)).toBe(21_000)
    expect(await readdir(cwd)).toEqual([])
  })

  test('--json: events as lines, the result last', async () => {
    const lines = jsonLines(await pgark(['backup', url, '--to', 'shop.sql', '--json'], { cwd }))
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['phase', 'plan', 'table', 'object', 'result']),
    )
    expect(lines.at(-1)).toMatchObject({ type: 'result', command: 'backup', ok: true, rows: 21_000 })
    const checked = jsonLines(await pgark(['verify', 'shop.sql', '--json'], { cwd }))
    expect(checked.at(-1)).toMatchObject({ type: 'result', command: 'verify', ok: true })
  })

  test('--quiet says nothing, --verbose says what it reads', async () => {
    expect(await pgark(['backup', url, '--to', 'quiet.sql', '--quiet'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    const verbose = await pgark(['backup', url, '--to', 'verbose.sql', '--verbose'], { cwd })
    expect(verbose.stderr).toContain('COPY "public"."customers" ("id", "name") TO STDOUT')
  })

  test('--dry-run prints the plan and writes nothing', async () => {
    const run = await pgark(['backup', url, '--dry-run'], { cwd })
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/definitions by pg_dump 17\.5 \(WASM\)[\s\S]*public\.customers/)
    expect(await readdir(cwd)).toEqual([])
  })

  test('an existing file is kept, and replaced with --force', async () => {
    await writeFile(path.join(cwd, 'shop.sql'), 'mine')
    const refused = await pgark(['backup', url, '--to', 'shop.sql'], { cwd })
    expect(refused.code).toBe(2)
    expect(await readFile(path.join(cwd, 'shop.sql'), 'utf8')).toBe('mine')
    expect((await pgark(['backup', url, '--to', 'shop.sql', '--force'], { cwd })).code).toBe(0)
    expect((await pgark(['verify', 'shop.sql'], { cwd })).code).toBe(0)
  })

  test('patterns that match nothing exit 2, all at once, each with the closest name', async () => {
    const patterns = ['--table', 'ordres', '--table', 'orders', '--exclude-table', 'custmers', '--schema', 'pubic']
    const run = await pgark(['backup', url, '--to', 'shop.sql', ...patterns], { cwd })
    expect(run.code).toBe(2)
    for (const expected of [
      /pattern ordres of --table\.\nhint: did you mean .*orders/,
      /pattern custmers of --exclude-table\.\nhint: did you mean .*customers/,
      /pattern pubic of --schema\.\nhint: did you mean public/,
    ])
      expect(run.stderr).toMatch(expected)
    expect(await readdir(cwd)).toEqual([])
  })
})

describe('damage and refusal', () => {
  test('a flipped byte is found by verify and by restore: exit 3, nothing restored', async () => {
    await pgark(['backup', url, '--to', 'shop.sql'], { cwd })
    const bytes = await readFile(path.join(cwd, 'shop.sql'))
    const at = bytes.indexOf('customer 500')
    bytes[at] = 'k'.charCodeAt(0)
    await writeFile(path.join(cwd, 'shop.sql'), bytes)
    expect(await pgark(['verify', 'shop.sql'], { cwd })).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('DAMAGE.HASH'),
    })
    await server.createDatabase('damaged')
    const run = await pgark(['restore', 'shop.sql', '--to', server.url('damaged')], { cwd })
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('DAMAGE.HASH') })
    expect((await server.query("SELECT to_regclass('orders') AS found", 'damaged')).rows[0].found).toBeNull()
    expect((await pgark(['list', '.'], { cwd })).code).toBe(0)
  })

  test('a truncated file is listed as damaged', async () => {
    await pgark(['backup', url, '--to', 'shop.sql'], { cwd })
    await writeFile(path.join(cwd, 'shop.sql'), 'SELECT 1;')
    expect(await pgark(['list', '.'], { cwd })).toMatchObject({ code: 3, stdout: expect.stringContaining('damaged') })
    expect((await pgark(['verify', 'shop.sql'], { cwd })).code).toBe(3)
  })

  test('existing objects: exit 2, nothing changed', async () => {
    await pgark(['backup', url, '--to', 'shop.sql'], { cwd })
    const run = await pgark(['restore', 'shop.sql', '--to', url], { cwd })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.EXISTS') })
    expect(await rowsOf('shop')).toBe(21_000)
  })

  test('what destroys needs consent: exit 2 without, --yes or PGARK_YES=1 with', async () => {
    const script = 'DROP TABLE IF EXISTS public.gone;\n-- PostgreSQL database dump complete\n'
    const target = await server.createDatabase('consent')
    await server.query('CREATE TABLE gone (a int)', 'consent')
    const refused = await pgark(['restore', '-', '--to', target], { stdin: script })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('REFUSED.CONSENT') })
    expect((await pgark(['restore', '-', '--to', target, '--yes'], { stdin: script })).code).toBe(0)
    expect((await pgark(['restore', '-', '--to', target], { stdin: script, env: { PGARK_YES: '1' } })).code).toBe(0)
  })
})

describe('signals and broken pipes', () => {
  test.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during a backup: exit %i, nothing left', async (signal, code) => {
    // A table that is locked holds the run at a known place.
    const run = await withLockedTable(() =>
      pgark(['backup', url, '--to', 'shop.sql', '--lock-timeout', '5m', '--json'], {
        cwd,
        on: { text: '"name":"lock"', act: (pid) => process.kill(pid, signal) },
      }),
    )
    expect(run.code).toBe(code)
    expect(jsonLines(run).at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: code })
    expect(await readdir(cwd)).toEqual([])
  })

  test('a terminal that goes, of which the shell tells too: nothing left', async () => {
    const run = await withLockedTable(() =>
      pgark(['backup', url, '--to', 'shop.sql', '--lock-timeout', '5m', '--json'], {
        cwd,
        on: {
          text: '"name":"lock"',
          act(pid) {
            process.kill(pid, 'SIGHUP')
            process.kill(pid, 'SIGHUP')
          },
        },
      }),
    )
    expect(run.code).toBe(129)
    expect(await readdir(cwd)).toEqual([])
  })

  test.each([['-'], ['shop.sql', '--json']])(
    'a reader of stdout that goes away: exit 1, nothing left (--to %s)',
    async (...to) => {
      const run = await pgark(['backup', url, '--to', ...to], { cwd, closesStdout: true })
      expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('DESTINATION.PIPE') })
      expect(run.stderr).not.toMatch(/\n\s+at /)
      expect(await readdir(cwd)).toEqual([])
    },
  )

  test
    .runIf(process.platform === 'linux')
    .each([['backup', '--to', '-'], ['backup', '--to', 'shop.sql', '--json'], ['list', '.'], ['--help']])(
    'stdout on a full disk: exit 1, nothing left (%s %s %s)',
    async (...args) => {
      const run = await pgark(args, { cwd, env: { DATABASE_URL: url }, stdoutTo: '/dev/full' })
      expect(run).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('DESTINATION.PIPE: Standard output cannot'),
      })
      expect(run.stderr).toContain('ENOSPC')
      expect(await readdir(cwd)).toEqual([])
    },
  )
})

async function withLockedTable<T>(work: () => Promise<T>): Promise<T> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE')
    return await work()
  } finally {
    // Whoever was waiting for the lock may be in line still; ending the connection lets them go.
    await client.end()
  }
}
