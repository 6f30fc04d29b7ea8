import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

const dump = `--
-- PostgreSQL database dump
--

\\restrict k3y

SET client_min_messages = warning;
SET client_encoding = 'UTF8';


CREATE TABLE public.t (a int /* one */);

COPY public.t (a) FROM stdin;
1


\\.


--
-- PostgreSQL database dump complete
--

\\unrestrict k3y
`
const clean = `--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

CREATE TABLE public.t (a int /* one */);

COPY public.t (a) FROM stdin;
1


\\.

--
-- PostgreSQL database dump complete
--
`

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-clean-'))
  return () => rm(cwd, { recursive: true })
})

describe('pgark clean', () => {
  test('from stdin to stdout, which has nothing else', async () => {
    expect(await pgark(['clean'], { cwd, stdin: dump })).toEqual({ code: 0, stdout: clean, stderr: '' })
    expect(await pgark(['clean', '-'], { cwd, stdin: gzipSync(dump) })).toMatchObject({ code: 0, stdout: clean })
  })

  test('from a file, whatever it is compressed with', async () => {
    await writeFile(path.join(cwd, 'shop.sql'), dump)
    await writeFile(path.join(cwd, 'shop.sql.zst'), zstdCompressSync(dump))
    expect(await pgark(['clean', 'shop.sql'], { cwd })).toEqual({ code: 0, stdout: clean, stderr: '' })
    expect(await pgark(['clean', 'shop.sql.zst'], { cwd })).toMatchObject({ code: 0, stdout: clean })
    expect(await readFile(path.join(cwd, 'shop.sql'), 'utf8')).toBe(dump)
  })

  test('each flag', async () => {
    const keep = ['settings', 'meta-commands', 'blank-lines'].flatMap((name) => [`--${name}`, 'keep'])
    expect(await pgark(['clean', ...keep], { cwd, stdin: dump })).toMatchObject({ code: 0, stdout: dump })
    const bare = await pgark(['clean', '--comments', 'strip'], { cwd, stdin: dump })
    expect(bare.stdout).toBe(
      "SET client_encoding = 'UTF8';\n\nCREATE TABLE public.t (a int  );\n\nCOPY public.t (a) FROM stdin;\n1\n\n\n\\.\n\n-- PostgreSQL database dump complete\n",
    )
  })

  test('without qualifiers, what still has one is told', async () => {
    const body = "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT a FROM public.t';\n"
    const run = await pgark(['clean', '--qualifiers', 'strip'], { cwd, stdin: dump.replace('COPY', `${body}COPY`) })
    expect(run).toMatchObject({
      code: 0,
      stderr: 'warning: line 13: A body names the schema public: it was left as it is.\n',
    })
    expect(run.stdout).toContain('CREATE TABLE t (a int /* one */);')
    expect(run.stdout).toContain('COPY t (a) FROM stdin;')
    expect(run.stdout).toContain("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM public.t';")
  })

  test.each([
    [
      'a dump that was cut within rows',
      dump.slice(0, dump.indexOf('\\.')),
      3,
      /^SCRIPT\.UNTERMINATED: .* COPY .* line 13/,
    ],
    ['one that was cut between statements', dump.slice(0, dump.indexOf('COPY')), 3, /^ARCHIVE\.INCOMPLETE: /],
    ['one for several databases', `\\connect other\n${dump}`, 2, /^REFUSED\.META_COMMAND: Line 1: .*\\connect/],
    ['an archive', `PGDMP${'\0'.repeat(600)}`, 2, /^REFUSED\.FORMAT: .*\nhint: .*pg_restore -f -/],
    ['compressed data that was cut', gzipSync(dump).subarray(0, 100), 3, /^ARCHIVE\.TRUNCATED: /],
  ])('%s', async (_, stdin, code, told) => {
    const run = await pgark(['clean'], { cwd, stdin })
    expect(run).toMatchObject({ code, stderr: expect.stringMatching(told) })
    expect(run.stdout).not.toContain('complete')
  })

  test('what is wrong with the call is told at once', async () => {
    const run = await pgark(['clean', '--blank-lines', 'no', '--settings', 'all', '--json', '--coments', 'strip'], {
      cwd,
    })
    expect(run.code).toBe(2)
    for (const told of [
      '--blank-lines to be keep or strip, got no',
      'settings to be keep or strip, got all',
      '--json has no',
    ])
      expect(run.stderr).toContain(told)
    expect(run.stderr).toMatch(/--coments .*\nhint: did you mean --comments/)
    expect(await pgark(['clean', 'nowhere.sql'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DESTINATION.NOT_FOUND'),
    })
  })

  test('whoever reads it may end early', async () => {
    const rows = '1\n'.repeat(2_000_000)
    const stdin = dump.replace('1\n\n\n', rows)
    expect(await pgark(['clean'], { cwd, stdin, closesStdout: true })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DESTINATION.PIPE'),
    })
  })
})

describe('with a database', () => {
  let server: TestServer
  let url: string
  beforeAll(async () => {
    server = await startServer(16)
    url = await server.createDatabase('shop')
    await server.query(
      `CREATE TABLE items (id serial PRIMARY KEY, name text DEFAULT '-- not a comment');
       CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1\n\n\n-- twice';
       INSERT INTO items (name) SELECT repeat('x\n\\.', n) FROM generate_series(1, 300) n`,
      'shop',
    )
  })
  afterAll(() => server.stop())

  test.each([[[]], [['--no-clean']]])('a backup %j, cleaned, restores to the same', async (flags) => {
    const made = await pgark(['backup', url, '--to', '-', ...flags], { cwd })
    expect(made.code).toBe(0)
    expect(/;\n\n\n/.test(made.stdout)).toBe(flags.length > 0)
    const cleaned = await pgark(['clean', '--comments', 'strip'], { cwd, stdin: made.stdout })
    expect(cleaned).toMatchObject({ code: 0, stderr: '' })
    // The rest of a body, and the line that says that it is all there.
    expect(cleaned.stdout.match(/^--.*$/gm)).toEqual(['-- twice$_$;', '-- pgark: backup complete'])
    const copy = `copy${flags.length}`
    const restored = await pgark(['restore', '-', '--to', server.url(copy), '--create-database'], {
      cwd,
      stdin: cleaned.stdout,
    })
    expect(restored.code).toBe(0)
    expect(await compareDatabases(server, 'shop', copy)).toEqual({ rows: 300, differences: [] })
    const { rows } = await server.query("SELECT prosrc FROM pg_proc WHERE proname = 'twice'", copy)
    expect(rows).toEqual([{ prosrc: 'SELECT 2 * $1\n\n\n-- twice' }])
  })
})
