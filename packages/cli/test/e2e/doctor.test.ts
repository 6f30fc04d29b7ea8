import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

let server: TestServer
let cwd: string
let url: string
beforeAll(async () => {
  server = await startServer(16)
  url = await server.createDatabase('shop')
  await server.query('CREATE TABLE orders (id int); CREATE ROLE visitor LOGIN', 'shop')
  await server.createDatabase('copy')
})
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-doctor-'))
  return () => rm(cwd, { recursive: true })
})
afterAll(() => server.stop())

test('one page about database, destination and target: nothing wrong, exit 0', async () => {
  const run = await pgark(['doctor', '--to', 'shop.sql.zst', '--target', server.url('copy')], {
    cwd,
    env: { DATABASE_URL: url },
  })
  expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/^database: .*\/shop \(from DATABASE_URL\)\n$/) })
  expect(run.stdout).toMatch(
    /^database\n {2}info {4}DOCTOR\.DEFINITIONS: .*WASM.* starts[\s\S]*\ndestination\n[\s\S]*\ntarget\n/,
  )
  expect(run.stdout).toMatch(/\n0 errors, 0 warnings\n$/)
  // Each finding is a sentence and a remedy.
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('  '))
  expect(lines.filter((_, at) => at % 2 === 1).every((line) => line.startsWith('          hint: '))).toBe(true)
  expect(lines.length).toBeLessThan(60)
  expect(await readdir(cwd)).toEqual([])
})

test('an error-level finding: exit 3', async () => {
  const visitor = url.replace('postgres@', 'visitor@')
  const run = await pgark(['doctor', visitor, '--to', 'nowhere/shop.sql'], { cwd })
  expect(run.code).toBe(3)
  expect(run.stdout).toMatch(
    /error {3}ENGINE\.UNREADABLE: The role visitor cannot read 1 table: public\.orders\.\n {10}hint: /,
  )
  expect(run.stdout).toMatch(/error {3}DESTINATION\.NOT_FOUND: /)
  expect(run.stdout).toMatch(/\n2 errors, 0 warnings\n$/)

  const quiet = await pgark(['doctor', visitor, '--quiet'], { cwd })
  expect(quiet).toMatchObject({ code: 3, stderr: '' })
  expect(quiet.stdout).not.toContain('info')

  const json = await pgark(['doctor', visitor, '--json'], { cwd })
  expect(json).toMatchObject({ code: 3, stderr: '' })
  expect(JSON.parse(json.stdout)).toContainEqual({
    subject: 'database',
    severity: 'error',
    code: 'ENGINE.UNREADABLE',
    message: 'The role visitor cannot read 1 table: public.orders.',
    hint: expect.stringContaining('pg_read_all_data'),
  })
})

test('a server that is not there: exit 3, without the password', async () => {
  const run = await pgark(['doctor', 'postgres://me:sesame@127.0.0.1:1/d'], { cwd })
  expect(run.code).toBe(3)
  expect(run.stdout).toMatch(/error {3}ENGINE\.CONNECT: Cannot connect to me@127\.0\.0\.1:1\/d: /)
  expect(run.stdout + run.stderr).not.toContain('sesame')
})

test('bad usage: all at once, exit 2', async () => {
  const run = await pgark(['doctor', url, '--to', '-', '--target', 'shop', '--lock-timeout', 'soon'], { cwd })
  expect(run).toMatchObject({ code: 2, stdout: '' })
  for (const text of ['Standard output cannot be tried', '--target is neither', '--lock-timeout'])
    expect(run.stderr).toContain(text)
  expect(await pgark(['doctor', url, '--target', 'postgres://127.0.0.1'], { cwd })).toMatchObject({ code: 2 })
})

test('what a role cannot read ends a backup with exit 1, what a target lacks a restore with exit 2', async () => {
  const backup = await pgark(['backup', url.replace('postgres@', 'visitor@'), '--to', 'x.sql'], { cwd })
  expect(backup).toMatchObject({ code: 1, stderr: expect.stringContaining('ENGINE.UNREADABLE: ') })
  expect(await readdir(cwd)).toEqual([])

  await server.query('CREATE ROLE clerk; ALTER TABLE orders OWNER TO clerk', 'shop')
  expect(await pgark(['backup', url, '--to', 'x.sql'], { cwd })).toMatchObject({ code: 0 })
  await server.query('ALTER TABLE orders OWNER TO postgres; DROP ROLE clerk; ', 'shop')
  const restore = await pgark(['restore', 'x.sql', '--to', url], { cwd })
  expect(restore.code).toBe(2)
  expect(restore.stderr).toMatch(
    /REFUSED\.TARGET: .*clerk\.\nhint: [\s\S]*REFUSED\.TARGET: public\.orders: already in shop/,
  )
})
