import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Authority, certificateAuthority, configure, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { type PostgresOptions, resolveOptions } from '../../src/options.ts'
import { askInChild } from './ask-in-child.ts'
import { failure, seen } from './connecting.ts'
import { manInTheMiddle } from './man-in-the-middle.ts'

let server: TestServer
let folder: string
let authority: Authority
/** How each role must prove who it is; the role's name says it. */
const methods = { trusted: 'trust', scram: 'scram-sha-256', hashed: 'md5', clear: 'password' }
const password = String.raw`pass:wo\rd*`

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-auth-'))
  server = await startServer(17)
  for (const role of Object.keys(methods)) {
    const encryption = role === 'hashed' ? 'md5' : 'scram-sha-256'
    await server.query(`SET password_encryption = '${encryption}'; CREATE ROLE ${role} LOGIN PASSWORD '${password}'`)
  }
  authority = await certificateAuthority('pgark test root')
  const { certificate, key } = await authority.issue({ name: 'db', for: ['localhost'] })
  await configure(server, {
    hba: Object.entries(methods).map(([role, method]) => `host all ${role} all ${method}`),
    files: { 'server.crt': certificate, 'server.key': key },
    settings: { ssl: 'on' },
  })
})
afterAll(() => Promise.all([server.stop(), rm(folder, { recursive: true })]))

const as = (user: string, options: PostgresOptions = {}): PostgresOptions => ({
  host: '127.0.0.1',
  port: server.port,
  database: 'postgres',
  user,
  ...options,
})

test.each(['scram', 'hashed', 'clear'])('%s: right, wrong, and no password', async (user) => {
  expect((await seen(as(user, { password }))).user).toBe(user)
  const wrong = await failure(as(user, { password: 'canary' }))
  expect(wrong).toMatchObject({ code: 'ENGINE.CONNECT', message: expect.stringContaining('the password is wrong') })
  expect(`${wrong.message} ${wrong.hint}`).not.toContain('canary')
  expect((await failure(as(user))).message).toContain('asks for a password')
})

describe('a password function', () => {
  test('is called for each connection', async () => {
    const token = vi.fn(async () => password)
    const options = as('scram', { password: token })
    const connector = createConnector(resolveOptions(options))
    for (let n = 1; n <= 3; n++) {
      await (await connector.connect(new AbortController().signal)).end()
      expect(token).toHaveBeenCalledTimes(n)
    }
  })
  test('that fails is told with its cause; its words are not repeated', async () => {
    const cause = new Error('canary')
    const error = await failure(as('scram', { password: () => Promise.reject(cause) }))
    expect(error).toMatchObject({ code: 'ENGINE.CONNECT', cause: { cause } })
    expect(`${error.message} ${error.hint}`).not.toContain('canary')
  })
  test('that never answers is not waited for longer than the time to connect', async () => {
    const error = await failure(as('scram', { password: () => new Promise(() => {}), connectTimeoutMs: 300 }))
    expect(error.message).toContain('no answer within 300 ms')
  })
})

describe('a password file', () => {
  const lines = (port: number) => [
    '# a comment: not a line',
    'elsewhere:*:*:*:wrong',
    `127.0.0.1:${port}:other:scram:wrong`,
    `127.0.0.1:${port}:*:scram:${password.replaceAll(/[:\\]/g, '\\$&')}`,
    '*:*:*:*:wrong',
  ]
  async function passfile(mode = 0o600): Promise<string> {
    const file = path.join(folder, `pass-${mode}`)
    await writeFile(file, lines(server.port).join('\n'), { mode })
    await chmod(file, mode)
    return file
  }
  test('gives the password of the first line that fits', async () => {
    expect((await seen(as('scram', { passfile: await passfile() }))).user).toBe('scram')
  })
  test('is not asked where a password is given', async () => {
    expect((await seen(as('clear', { passfile: await passfile(), password }))).user).toBe('clear')
    expect((await failure(as('clear', { passfile: await passfile() }))).message).toContain('password is wrong')
  })
  test('that others can read is not used, and the hint says so', async () => {
    const file = await passfile(0o640)
    expect(await failure(as('scram', { passfile: file }))).toMatchObject({
      message: expect.stringContaining('asks for a password'),
      hint: expect.stringContaining(`${file} can be read by others`),
    })
  })
  test('goes by the host, not by the address', async () => {
    const file = path.join(folder, 'by-host')
    await writeFile(file, `db.internal:*:*:*:${password.replaceAll(/[:\\]/g, '\\$&')}\n`, { mode: 0o600 })
    const options = { host: 'db.internal', hostAddress: '127.0.0.1', passfile: file }
    expect((await seen(as('scram', options))).user).toBe('scram')
  })
})

describe('channel binding', () => {
  const required: PostgresOptions = { channelBinding: 'require', password }
  test('proves by the certificate that nobody stands between', async () => {
    expect((await seen(as('scram', { ...required, sslMode: 'require' }))).isEncrypted).toBe(true)
  })
  test.each(['hashed', 'clear', 'trusted'])('is not to be had from %s', async (user) => {
    expect(await failure(as(user, { ...required, sslMode: 'require' }))).toMatchObject({
      code: 'ENGINE.CONNECT',
      message: expect.stringContaining('channel binding'),
    })
  })
  test('nor without TLS', async () => {
    await configure(server, { settings: { ssl: 'off' } })
    expect((await failure(as('scram', required))).message).toContain('channel binding')
    expect((await seen(as('scram', { password }))).isEncrypted).toBe(false)
    await configure(server, { settings: { ssl: 'on' } })
  })
  test('notices by default who stands between, and not when disabled', async () => {
    const middle = await manInTheMiddle(server.port, await authority.issue({ name: 'middle', for: ['localhost'] }))
    try {
      const options = as('scram', { password, sslMode: 'require', port: middle.port })
      expect((await failure(options)).code).toBe('ENGINE.CONNECT')
      expect((await seen({ ...options, channelBinding: 'disable' })).user).toBe('scram')
      expect((await seen({ ...options, enableChannelBinding: false })).user).toBe('scram')
    } finally {
      middle.close()
    }
  })
})

describe('require_auth', () => {
  test.each([
    ['scram', ['scram-sha-256'], true],
    ['hashed', ['scram-sha-256'], false],
    ['clear', ['!password'], false],
    ['hashed', ['!password', '!none'], true],
    ['trusted', ['scram-sha-256', 'md5'], false],
    ['trusted', ['none'], true],
  ])('%s with %j', async (user, requireAuth, accepted) => {
    const options = as(user, { requireAuth, password })
    if (accepted) expect((await seen(options)).user).toBe(user)
    else expect((await failure(options)).message).toContain('requireAuth')
  })
  test('the password is not sent', async () => {
    const asked = vi.fn(() => password)
    await failure(as('clear', { requireAuth: ['scram-sha-256'], password: asked }))
    expect(asked).not.toHaveBeenCalled()
  })
})

test('nothing of the environment reaches the library', async () => {
  const variables = {
    PGHOST: '192.0.2.1',
    PGPORT: '1',
    PGUSER: 'nobody',
    PGDATABASE: 'nothing',
    PGPASSWORD: password,
    PGPASSFILE: path.join(folder, 'environment'),
    PGOPTIONS: '-c search_path=canary',
    PGAPPNAME: 'canary',
    PGSSLMODE: 'disable',
    PGSSLNEGOTIATION: 'direct',
    PGREPLICATION: 'true',
    PGCONNECT_TIMEOUT: '1',
  }
  await writeFile(variables.PGPASSFILE, `*:*:*:*:${password}\n`, { mode: 0o600 })
  const saved = { ...process.env }
  Object.assign(process.env, variables)
  try {
    expect(await seen(as('trusted', { applicationName: '' }))).toMatchObject({
      user: 'trusted',
      database: 'postgres',
      port: server.port,
      isEncrypted: true,
      applicationName: '',
      searchPath: '"$user", public',
    })
    expect((await failure(as('scram'))).message).toContain('asks for a password')
  } finally {
    process.env = saved
  }
  expect(resolveOptions({})).toMatchObject({ servers: [{ host: 'localhost', port: 5432 }], password: undefined })
})

test('options and the name of the application reach the server', async () => {
  const found = await seen(
    `host=127.0.0.1 port=${server.port} user=trusted dbname=postgres options='-c search_path=a,b' application_name=nightly`,
  )
  expect(found).toMatchObject({ searchPath: 'a,b', applicationName: 'nightly' })
})

test('pg-native is refused', async () => {
  // In place of the library itself, which would have to be compiled: pg loads whatever has its name.
  const stub = path.join(folder, 'node_modules', 'pg-native')
  await writeStub(stub)
  const variables = { NODE_PG_FORCE_NATIVE: '1', NODE_PATH: path.dirname(stub) }
  expect(await askInChild(server.url(), variables)).toContain('pg-native')
  expect(await askInChild(server.url(), {})).toBe('postgres')
})

async function writeStub(stub: string): Promise<void> {
  await mkdir(stub, { recursive: true })
  await writeFile(path.join(stub, 'index.js'), 'module.exports = class {}')
}
