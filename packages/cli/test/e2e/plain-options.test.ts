import { execFile } from 'node:child_process'
import { constants, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

const schema = `
  CREATE ROLE seller; CREATE ROLE reader; CREATE ROLE keeper;
  CREATE TABLE items (id int PRIMARY KEY, name text); ALTER TABLE items OWNER TO seller; GRANT SELECT ON items TO reader;
  INSERT INTO items VALUES (1, 'Öl'), (2, 'Brot');
  CREATE SCHEMA hidden; CREATE TABLE hidden.notes (id int)`

let server: TestServer
let cwd: string
let url: string
let copies = 0

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

async function backedUp(...flags: string[]): Promise<string> {
  expect(await pgark(['backup', url, '--to', 'shop.sql', ...flags], { cwd })).toMatchObject({ code: 0 })
  return await readFile(path.join(cwd, 'shop.sql'), 'latin1')
}

describe('a plain backup', () => {
  test('begins with what it is, and waits for the disk again at its end', async () => {
    const script = await backedUp('--name', 'corner shop', '--metadata', 'reason=migration')
    const { stdout: version } = await pgark(['--version'])
    const manifest = JSON.parse(await readFile(path.join(cwd, 'shop.sql.json'), 'utf8'))
    const { rows } = await server.query("SELECT current_setting('server_version') AS version")
    const [head = ''] = script.split('\n\n')
    expect(head.split('\n')).toEqual([
      expect.stringMatching(/^-- pgark backup corner%20shop-\d{8}T\d{6}Z-\w{4}$/),
      '--',
      `-- written by: pgark ${version.trim()}`,
      '-- database: shop',
      `-- server version: ${rows[0].version}`,
      expect.stringContaining(`-- snapshot: ${manifest.snapshot.time} at `),
      '-- metadata: reason = migration',
      '--',
      expect.stringContaining('psql -X -1 -v ON_ERROR_STOP=1 -f'),
    ])
    expect(manifest.id).toBe(/backup (\S+)/.exec(head)?.[1])
    const parts = ['SET synchronous_commit = off;', 'CREATE TABLE public.items', 'SET synchronous_commit = on;']
    const places = [...parts, 'SELECT pg_catalog.txid_current();'].map((part) => script.indexOf(part))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
  })

  test('--no-header, --disable-triggers, --encoding, --exclude-schema', async () => {
    const flags = ['--no-header', '--disable-triggers', '--encoding', 'LATIN1', '--exclude-schema', 'hidden']
    const script = await backedUp(...flags)
    expect(script).toMatch(/^SET statement_timeout/)
    expect(script).toContain('SET session_replication_role = replica;')
    expect(script).toContain("SET client_encoding = 'LATIN1';")
    expect(script).toContain('1\tÖl\n')
    expect(script).not.toContain('notes')
  })

  test('an encoding that the server does not know is told before anything is written', async () => {
    const run = await pgark(['backup', url, '--to', 'shop.sql', '--encoding', 'LATIN0'], { cwd })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('The server knows no encoding "LATIN0"') })
    expect(await readdir(cwd)).toEqual([])
  })

  test('--pg-dump names the program that is asked for the definitions', async () => {
    const program = path.join(cwd, 'my-pg_dump')
    const flags = ['--to', 'shop.sql', '--pg-dump', program]
    const missing = await pgark(['backup', url, ...flags], { cwd })
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining(program) })
    await writeFile(program, '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n', { mode: 0o755 })
    const old = await pgark(['backup', url, ...flags], { cwd })
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('my-pg_dump is pg_dump 9.6, too old') })
    expect(await readdir(cwd)).toEqual(['my-pg_dump'])
  })

  test('--serializable waits for an instant that no serialisation failure can undo', async () => {
    const writer = new pg.Client({ connectionString: url })
    await writer.connect()
    try {
      await writer.query('BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE items SET name = name')
      const backup = backedUp('--serializable')
      const waiting = "SELECT FROM pg_stat_activity WHERE wait_event = 'SafeSnapshot'"
      while ((await server.query(waiting)).rowCount === 0);
      await writer.query('COMMIT')
      expect(await backup).toContain('2\tBrot\n')
    } finally {
      await writer.end()
    }
  })

  test('compressed through a pipe, from stdout to stdin', async () => {
    for (const codec of ['gzip', 'zstd']) {
      const piped = path.join(cwd, 'piped')
      await pgark(['backup', url, '--to', '-', '--compress', codec], { stdoutTo: piped })
      const stdin = await readFile(piped)
      const target = server.url(`copy_${++copies}`)
      expect(await pgark(['restore', '-', '--to', target, '--create-database'], { stdin })).toMatchObject({ code: 0 })
      expect((await server.query('SELECT name FROM items ORDER BY id', `copy_${copies}`)).rows).toEqual([
        { name: 'Öl' },
        { name: 'Brot' },
      ])
    }
  })
})

describe('a restore of a plain backup', () => {
  const facts = `SELECT relowner::regrole::text AS owner, relacl IS NOT NULL AS "isGranted", (SELECT count(*)::int FROM items) AS rows
    FROM pg_class WHERE relname = 'items'`
  test.each([
    [[], { owner: 'seller', isGranted: true, rows: 2 }],
    [['--no-owner'], { owner: 'postgres', isGranted: true, rows: 2 }],
    [['--no-privileges'], { owner: 'seller', isGranted: false, rows: 2 }],
    [['--no-owner', '--role', 'keeper'], { owner: 'keeper', isGranted: true, rows: 2 }],
    [['--schema-only'], { owner: 'seller', isGranted: true, rows: 0 }],
  ] as const)('with %s', async (flags, expected) => {
    await backedUp('--exclude-schema', 'hidden')
    const name = `copy_${++copies}`
    await server.createDatabase(name)
    await server.query('GRANT ALL ON SCHEMA public TO PUBLIC', name)
    expect(await pgark(['restore', 'shop.sql', '--to', server.url(name), ...flags], { cwd })).toMatchObject({ code: 0 })
    expect((await server.query(facts, name)).rows).toEqual([expected])
  })

  test("out of another command, as shells put it in a file's place", async () => {
    const script = await backedUp('--exclude-schema', 'hidden')
    const target = await server.createDatabase(`copy_${++copies}`)
    const run = promisify(execFile)
    const command = fileURLToPath(new URL('../../dist/pgark.js', import.meta.url))
    const args = [process.execPath, command, target]
    const options = { cwd, encoding: 'latin1' } as const
    await run('bash', ['-c', 'exec "$0" "$1" restore <(cat shop.sql) --to "$2"', ...args], options)
    expect((await server.query('SELECT count(*)::int FROM items', `copy_${copies}`)).rows).toEqual([{ count: 2 }])
    const { stdout } = await run('bash', ['-c', 'exec "$0" "$1" clean <(cat shop.sql)', ...args], options)
    expect(stdout.slice(-100)).toBe(script.slice(-100))
  })

  test('a failure does not wait for another command that is silent', async () => {
    const run = promisify(execFile)
    const command = fileURLToPath(new URL('../../dist/pgark.js', import.meta.url))
    await run('mkfifo', ['silent'], { cwd })
    const restoring = 'exec "$0" "$1" restore <(cat silent 2>&-) --to postgres://nobody@127.0.0.1:1/none'
    try {
      await expect(run('bash', ['-c', restoring, process.execPath, command], { cwd })).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('ENGINE.CONNECT'),
      })
    } finally {
      // Lets the other command end.
      await (await open(path.join(cwd, 'silent'), constants.O_RDWR)).close()
    }
  })

  test('--no-single-transaction: what ran before an error stays', async () => {
    await writeFile(
      path.join(cwd, 'two.sql'),
      'CREATE TABLE public.one ();\nALTER TABLE public.two OWNER TO postgres;\n',
    )
    const stays = async (...flags: string[]) => {
      const name = `copy_${++copies}`
      const run = await pgark(['restore', 'two.sql', '--to', await server.createDatabase(name), ...flags], { cwd })
      expect(run.stderr).toContain('42P01')
      expect(run.code).toBe(1)
      return (await server.query("SELECT to_regclass('public.one') IS NOT NULL AS stays", name)).rows[0].stays
    }
    expect(await stays()).toBe(false)
    expect(await stays('--no-single-transaction')).toBe(true)
  })
})
