import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { certificateAuthority, configure, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

let server: TestServer
let home: string
let rootCertificate: string
beforeAll(async () => {
  server = await startServer(17)
  const authority = await certificateAuthority('pgark test root')
  rootCertificate = authority.certificate
  const { certificate, key } = await authority.issue({ name: 'db', for: ['localhost'] })
  await server.query("CREATE ROLE app LOGIN SUPERUSER PASSWORD 'sesame'")
  await server.createDatabase('shop')
  await server.query('CREATE TABLE t AS SELECT 1 AS one', 'shop')
  await configure(server, {
    hba: ['host all app all scram-sha-256'],
    files: { 'server.crt': certificate, 'server.key': key },
    settings: { ssl: 'on' },
  })
})
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pgark-home-'))
  return () => rm(home, { recursive: true })
})
afterAll(() => server.stop())

const backup = (database: string[], env: Record<string, string>) =>
  pgark(['backup', ...database, '--to', '-', '--schema-only'], { cwd: home, env: { HOME: home, ...env } })
const passfile = async (mode: number) => {
  const file = path.join(home, '.pgpass')
  await writeFile(file, `localhost:${server.port}:*:app:sesame\n`)
  await chmod(file, mode)
}
const variables = () => ({ PGHOST: 'localhost', PGPORT: String(server.port), PGUSER: 'app', PGDATABASE: 'shop' })
const chosen = (origin: string) => `database: app@localhost:${server.port}/shop (from ${origin})`

describe('what is read', () => {
  test('from variables, with ~/.pgpass', async () => {
    await passfile(0o600)
    const run = await backup([], variables())
    expect(run.stderr).toContain(chosen('PGHOST, PGPORT, PGUSER, PGDATABASE'))
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('CREATE TABLE public.t')
  })
  test('a ~/.pgpass that others can read is not used', async () => {
    await passfile(0o644)
    const run = await backup([], variables())
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/asks for a password.*\n.*\.pgpass can be read by others/)
  })
  test('from the service file, named by PGSERVICE or in the URL', async () => {
    const section = `[shop]\nhost=localhost\nport=${server.port}\nuser=app\ndbname=shop\n`
    await writeFile(path.join(home, '.pg_service.conf'), section)
    const env = { PGPASSWORD: 'sesame' }
    const named = await backup([], { ...env, PGSERVICE: 'shop' })
    expect(named).toMatchObject({ code: 0, stderr: expect.stringContaining(chosen('PGSERVICE')) })
    expect(await backup(['postgres://?service=shop'], env)).toMatchObject({ code: 0 })
    await writeFile(path.join(home, 'elsewhere.conf'), section.replace('[shop]', '[moved]'))
    const moved = { ...env, PGSERVICEFILE: path.join(home, 'elsewhere.conf'), PGSERVICE: 'moved' }
    expect(await backup([], moved)).toMatchObject({ code: 0 })
    expect(await backup([], { ...env, PGSERVICE: 'unknown' })).toMatchObject({ code: 2 })
  })
  test('a URL wins, and is filled in', async () => {
    const env = { ...variables(), PGHOST: 'nowhere.invalid', PGDATABASE: 'postgres', PGPASSWORD: 'sesame' }
    const run = await backup(['postgres://localhost/shop'], env)
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining(chosen('argument')) })
    const other = await backup([], { ...env, DATABASE_URL: 'postgres://localhost/shop' })
    expect(other).toMatchObject({ code: 0, stderr: expect.stringContaining(chosen('DATABASE_URL')) })
  })
  test('~/.postgresql/root.crt is the root certificate', async () => {
    await mkdir(path.join(home, '.postgresql'))
    const env = { ...variables(), PGPASSWORD: 'sesame', PGSSLMODE: 'verify-full' }
    expect(await backup([], env)).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be verified') })
    await writeFile(path.join(home, '.postgresql', 'root.crt'), rootCertificate)
    expect(await backup([], env)).toMatchObject({ code: 0 })
  })
  test('what protects and is not known is refused', async () => {
    const run = await backup([], { ...variables(), PGREQUIREPEER: 'postgres' })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('requirepeer') })
  })
  test.each([
    ['PGSSLCERTMODE', 'require', 'sslcertmode'],
    ['PGMINPROTOCOLVERSION', '3.2', 'min_protocol_version'],
  ])('%s=%s protects, and cannot be granted', async (variable, value, parameter) => {
    const run = await backup([], { ...variables(), PGPASSWORD: 'sesame', [variable]: value })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(`parameter ${parameter} has a value`) })
  })
  test('a connection string in the place of a name is refused, and not printed', async () => {
    const secret = 'postgresql://pw:sesame@127.0.0.1:1/shop'
    const given = await backup([`dbname=${secret}`, '--dry-run'], {})
    const set = await backup(['--dry-run'], { ...variables(), PGDATABASE: secret })
    for (const run of [given, set]) {
      expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('not a connection string') })
      expect(run.stdout + run.stderr).not.toContain('sesame')
    }
  })
})

describe('what is written to', () => {
  const restore = (target: string, env: Record<string, string>) =>
    pgark(['restore', '-', '--to', target], { cwd: home, env: { HOME: home, ...env }, stdin: 'SELECT 1;\n' })

  test('is never taken from the environment', async () => {
    const env = { ...variables(), PGSERVICE: 'shop', DATABASE_URL: server.url('shop'), PGTARGETSESSIONATTRS: 'standby' }
    const run = await restore('postgres://127.0.0.1:1/other', env)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/restoring standard input into \S+@127\.0\.0\.1:1\/other/)
    expect(run.stderr).not.toContain('app@')
    expect(await restore(`postgres://app@localhost:${server.port}`, env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--to names no database'),
    })
  })
  test('the password and the mode of TLS may be', async () => {
    const target = `postgres://app@localhost:${server.port}/shop`
    const unverified = { PGPASSWORD: 'sesame', PGSSLMODE: 'verify-full' }
    expect((await restore(target, unverified)).stderr).toContain('could not be verified')
    expect((await restore(target, {})).stderr).toContain('asks for a password')
    expect((await restore(target, { PGPASSWORD: 'sesame' })).stderr).not.toContain('asks for a password')
  })
})
