import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { databaseDigest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { secrets } from './canary/scenario.ts'
import { pgark, type Run, type RunOptions } from './support/run-pgark.ts'

const mebibyte = 1024 * 1024
const lineBytes = 2 * 1024 * mebibyte
const filling = Buffer.alloc(mebibyte, 'x')
const end = '\n-- PostgreSQL database dump complete\n'
const probe = fileURLToPath(new URL('support/peak-memory.ts', import.meta.url))

let server: TestServer
let target: string
let before: string
let cwd: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  target = await server.createDatabase('target')
  await server.query('CREATE TABLE kept (a text); INSERT INTO kept VALUES (1)', 'target')
  before = await databaseDigest(server, 'target')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-e2e-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

/** `head`, then a line of 2 GiB, then `tail`. */
async function* longLine(head: string, tail: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head)
  for (let sent = 0; sent < lineBytes; sent += filling.length) yield filling
  yield Buffer.from(tail)
}

/** The same in gzip members, some 2 MB on disk. */
async function longLineFile(head: string, tail: string): Promise<string> {
  const member = gzipSync(filling)
  await using file = await open(path.join(cwd, 'long.sql.gz'), 'w')
  await file.write(gzipSync(head))
  for (let written = 0; written < lineBytes; written += filling.length) await file.write(member)
  await file.write(gzipSync(tail))
  return 'long.sql.gz'
}

async function measured(args: readonly string[], options: RunOptions = {}): Promise<Run & { peakMebibytes: number }> {
  const peakFile = path.join(cwd, 'peak')
  const run = await pgark(args, { cwd, ...options, imports: [probe], env: { PGARK_TEST_PEAK_FILE: peakFile } })
  const peakMebibytes = Number(await readFile(peakFile, 'utf8')) / 1024
  expect(peakMebibytes).toBeGreaterThan(20)
  expect(run.stdout + run.stderr).not.toContain(secrets.row)
  return { ...run, peakMebibytes }
}

describe('a line of 2 GiB', () => {
  const copy = `CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nshort\n${secrets.row}`

  test('in rows, from a pipe: refused with its number, in memory for a few chunks', async () => {
    const run = await measured(['restore', '-', '--to', target], { stdin: longLine(copy, `\n\\.\n${end}`) })
    expect(run).toMatchObject({ code: 3, stderr: expect.stringMatching(/^SCRIPT\.ROW_TOO_LONG: Line 4, .*COPY/m) })
    expect(run.peakMebibytes).toBeLessThan(400)
    expect(await databaseDigest(server, 'target')).toBe(before)
  })

  test('in rows, from a gzip file: verify tells it as well', async () => {
    const run = await measured(['verify', await longLineFile(copy, `\n\\.\n${end}`)])
    expect(run).toMatchObject({ code: 3, stdout: expect.stringMatching(/SCRIPT\.ROW_TOO_LONG.*Line 4/) })
    expect(run.peakMebibytes).toBeLessThan(400)
  })

  test('in a statement: refused with its number, in memory for the longest that a server takes', async () => {
    const file = await longLineFile(
      `CREATE TABLE public.t (a text);\nINSERT INTO public.t VALUES ('${secrets.row}`,
      `');${end}`,
    )
    const run = await measured(['restore', file, '--to', target])
    expect(run).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^SCRIPT\.STATEMENT_TOO_LONG: The statement on line 2 /m),
    })
    expect(run.peakMebibytes).toBeLessThan(1024 + 400)
    expect(await databaseDigest(server, 'target')).toBe(before)
  })

  test('in a comment: passed over', async () => {
    const file = await longLineFile('CREATE TABLE public.commented ();\n--', end)
    const run = await measured(['restore', file, '--to', server.url('commented'), '--create-database'])
    expect(run.code).toBe(0)
    expect(run.peakMebibytes).toBeLessThan(400)
  })
})
