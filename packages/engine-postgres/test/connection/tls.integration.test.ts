import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import {
  type Authority,
  type Certificate,
  certificateAuthority,
  configure,
  startServer,
  type TestServer,
} from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { resolveOptions } from '../../src/options.ts'
import { askInChild } from './ask-in-child.ts'
import { failure, seen } from './connecting.ts'

let server: TestServer
let withoutTls: TestServer
let authority: Authority
let serverCertificate: Certificate
let folder: string
const files: Record<string, string> = {}

/** Who may come how. */
const roles = {
  any: ['host all any_way all trust'],
  plain: ['hostnossl all only_plain all trust'],
  tls: ['hostssl all only_tls all trust'],
  certified: ['hostssl all certified all cert'],
}

async function file(name: string, text: string): Promise<void> {
  files[name] = path.join(folder, name)
  await writeFile(files[name], text, { mode: 0o600 })
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-tls-'))
  authority = await certificateAuthority('pgark test root')
  const stranger = await certificateAuthority('pgark test stranger')
  serverCertificate = await authority.issue({ name: 'db', for: ['localhost', 'db.internal'] })
  const client = await authority.issue({ name: 'certified' })
  await file('root.crt', authority.certificate)
  await file('stranger.crt', stranger.certificate)
  await file('client.crt', client.certificate)
  await file('client.key', client.key)
  await file('root.crl', await authority.revocationList(serverCertificate))
  ;[server, withoutTls] = await Promise.all([startServer(17), startServer(17)])
  for (const each of [server, withoutTls]) {
    await each.query('CREATE ROLE any_way LOGIN; CREATE ROLE only_plain LOGIN; CREATE ROLE only_tls LOGIN')
    await each.query('CREATE ROLE certified LOGIN')
  }
  await configure(server, {
    hba: Object.values(roles).flat(),
    files: {
      'server.crt': serverCertificate.certificate,
      'server.key': serverCertificate.key,
      'root.crt': authority.certificate,
    },
    settings: { ssl: 'on', ssl_ca_file: 'root.crt' },
  })
})
afterAll(async () => {
  await Promise.all([server.stop(), withoutTls.stop(), rm(folder, { recursive: true })])
})

const url = (to: TestServer, user: string, parameters: string, host = '127.0.0.1') =>
  `postgres://${user}@${host}:${to.port}/postgres?${parameters}`
const isEncrypted = async (...target: Parameters<typeof url>) => (await seen(url(...target))).isEncrypted

describe('which way is tried, and which next', () => {
  test.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
  ])('sslmode=%s, where both ways are open', async (mode, encrypted) => {
    expect(await isEncrypted(server, 'any_way', `sslmode=${mode}`)).toBe(encrypted)
  })
  test.each([
    ['allow', 'only_tls', true],
    ['prefer', 'only_plain', false],
  ])('sslmode=%s turns to the other way when pg_hba.conf has no line for the first', async (mode, user, encrypted) => {
    expect(await isEncrypted(server, user, `sslmode=${mode}`)).toBe(encrypted)
  })
  test.each([
    ['disable', 'only_tls'],
    ['require', 'only_plain'],
  ])('sslmode=%s does not', async (mode, user) => {
    expect(await failure(url(server, user, `sslmode=${mode}`))).toMatchObject({
      code: 'ENGINE.CONNECT',
      message: expect.stringContaining('no pg_hba.conf entry'),
    })
  })
  test.each(['allow', 'prefer', 'disable'])('sslmode=%s does without TLS where there is none', async (mode) => {
    expect(await isEncrypted(withoutTls, 'any_way', `sslmode=${mode}`)).toBe(false)
  })
  test.each(['require', 'verify-full'])('sslmode=%s does not', async (mode) => {
    const error = await failure(url(withoutTls, 'any_way', `sslmode=${mode}`))
    expect(error).toMatchObject({ message: expect.stringContaining('does not offer TLS'), hint: expect.any(String) })
  })
  test('prefer goes without where the versions of TLS have nothing in common, require does not', async () => {
    await configure(server, { settings: { ssl_min_protocol_version: 'TLSv1.3' } })
    const old = 'ssl_max_protocol_version=TLSv1.2'
    expect(await isEncrypted(server, 'any_way', `sslmode=prefer&${old}`)).toBe(false)
    expect((await failure(url(server, 'any_way', `sslmode=require&${old}`))).message).toContain('TLS could not be')
    await configure(server, { settings: { ssl_min_protocol_version: 'TLSv1.2' } })
  })
  test('later connections begin with what worked', async () => {
    const connector = createConnector(resolveOptions(url(server, 'only_plain', 'sslmode=prefer')))
    const isTlsUsed = async () => {
      const client = await connector.connect(new AbortController().signal)
      const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      await client.end()
      return rows[0].ssl
    }
    expect(await isTlsUsed()).toBe(false)
    const lines = Object.values(roles).flat()
    await configure(server, { hba: [...lines, 'hostssl all only_plain all trust'] })
    expect(await isEncrypted(server, 'only_plain', 'sslmode=prefer')).toBe(true)
    expect(await isTlsUsed()).toBe(false)
    await configure(server, { hba: lines })
  })
})

describe('who answers', () => {
  const cases: [title: string, host: string, parameters: () => string, expected: RegExp | true][] = [
    ['verify-full: the name fits', 'localhost', () => `sslmode=verify-full&sslrootcert=${files['root.crt']}`, true],
    [
      'verify-full: another name',
      '127.0.0.1',
      () => `sslmode=verify-full&sslrootcert=${files['root.crt']}`,
      /certificate is for another name/,
    ],
    ['verify-ca: any name', '127.0.0.1', () => `sslmode=verify-ca&sslrootcert=${files['root.crt']}`, true],
    [
      'verify-ca: another authority',
      'localhost',
      () => `sslmode=verify-ca&sslrootcert=${files['stranger.crt']}`,
      /could not be verified/,
    ],
    ['verify-full without a root: nobody known', 'localhost', () => 'sslmode=verify-full', /could not be verified/],
    [
      'require with a root certificate checks it',
      '127.0.0.1',
      () => `sslmode=require&sslrootcert=${files['stranger.crt']}`,
      /could not be verified/,
    ],
    ['prefer with one does not', '127.0.0.1', () => `sslmode=prefer&sslrootcert=${files['stranger.crt']}`, true],
    [
      'a revoked certificate',
      'localhost',
      () => `sslmode=verify-full&sslrootcert=${files['root.crt']}&sslcrl=${files['root.crl']}`,
      /certificate is revoked/,
    ],
  ]
  test.each(cases)('%s', async (_, host, parameters, expected) => {
    const target = url(server, 'any_way', parameters(), host)
    if (expected === true) expect((await seen(target)).isEncrypted).toBe(true)
    else
      expect(await failure(target)).toMatchObject({ code: 'ENGINE.CONNECT', message: expect.stringMatching(expected) })
  })

  test('hostaddr leads elsewhere, the certificate is compared with host', async () => {
    const root = `sslmode=verify-full sslrootcert=${files['root.crt']} port=${server.port} user=any_way dbname=postgres`
    expect((await seen(`host=db.internal hostaddr=127.0.0.1 ${root}`)).isEncrypted).toBe(true)
    expect((await failure(`host=db.example hostaddr=127.0.0.1 ${root}`)).message).toContain('for another name')
    expect((await failure(`hostaddr=127.0.0.1 ${root}`)).message).toContain('for another name')
  })

  test('tls.servername is what the certificate is compared with', async () => {
    const options = { connectionString: url(server, 'any_way', 'sslmode=verify-full') }
    const tls = { ca: authority.certificate, servername: 'db.internal' }
    expect((await seen({ ...options, tls })).isEncrypted).toBe(true)
    expect((await failure({ ...options, tls: { ...tls, servername: 'db.example' } })).message).toContain('another name')
  })

  test('an expired certificate', async () => {
    const { certificate, key } = await authority.issue({ name: 'db', for: ['localhost'], isExpired: true })
    await configure(server, { files: { 'server.crt': certificate, 'server.key': key } })
    const target = url(server, 'any_way', `sslmode=verify-full&sslrootcert=${files['root.crt']}`, 'localhost')
    expect((await failure(target)).message).toContain('has expired')
    await configure(server, {
      files: { 'server.crt': serverCertificate.certificate, 'server.key': serverCertificate.key },
    })
    expect((await seen(target)).isEncrypted).toBe(true)
  })

  test('sslrootcert=system trusts what the system trusts, and by name only', async () => {
    // Where OpenSSL looks for the system's certificates; it reads this when a process starts.
    const ask = (trusted: string | undefined, target: string) => askInChild(target, { SSL_CERT_FILE: trusted })
    const target = (host: string) => url(server, 'any_way', 'sslrootcert=system', host)
    expect(await ask(files['root.crt'], target('localhost'))).toBe('postgres')
    expect(await ask(files['root.crt'], target('127.0.0.1'))).toContain('for another name')
    expect(await ask(files['stranger.crt'], target('localhost'))).toContain('could not be verified')
  })
})

describe('who asks', () => {
  test('a client certificate lets its role in', async () => {
    const parameters = `sslmode=require&sslcert=${files['client.crt']}&sslkey=${files['client.key']}`
    expect(await seen(url(server, 'certified', parameters))).toMatchObject({
      user: 'certified',
      clientName: '/CN=certified',
    })
  })
  test('none is refused', async () => {
    const error = await failure(url(server, 'certified', 'sslmode=require'))
    expect(error.message).toContain('connection requires a valid client certificate')
  })
  test('a key that others can read is not used', async () => {
    await file('open.key', 'irrelevant')
    await chmod(files['open.key'] ?? '', 0o644)
    const error = await failure(url(server, 'certified', `sslcert=${files['client.crt']}&sslkey=${files['open.key']}`))
    expect(error).toMatchObject({ code: 'USAGE.OPTIONS', hint: `chmod 0600 ${files['open.key']}` })
  })
})

test('sslnegotiation=direct begins with TLS at once', async () => {
  const direct = `sslmode=verify-full&sslrootcert=${files['root.crt']}&sslnegotiation=direct`
  expect(await isEncrypted(server, 'any_way', direct, 'localhost')).toBe(true)
  // Without TLS on the other side there is nothing to fall back to.
  expect((await failure(url(withoutTls, 'any_way', direct, 'localhost'))).code).toBe('ENGINE.CONNECT')
})

test('certificates that cannot be used are told before any connection', async () => {
  const { key } = await authority.issue({ name: 'another' })
  const tls = { cert: serverCertificate.certificate, key }
  expect((await failure({ host: 'nowhere.invalid', tls })).code).toBe('USAGE.OPTIONS')
})

test('a private key does not show in an error', async () => {
  const { key, certificate: cert } = await authority.issue({ name: 'another' })
  const error = await failure({ connectionString: url(server, 'certified', 'sslmode=require'), tls: { cert, key } })
  expect(inspect(error, { depth: 9 })).toContain('certified')
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key.slice(40, 80))
})
