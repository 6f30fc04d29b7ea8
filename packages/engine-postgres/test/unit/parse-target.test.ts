import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTarget } from '../../src/connection/parse-target.ts'

let folder: string
let services: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-target-'))
  services = path.join(folder, 'services.conf')
  await writeFile(
    services,
    '# the shop\n\n[shop]\nhost=db.internal\nport=6543\n  dbname=shop \npassword=a=b #c\n[shop]\nhost=second\n[empty]\n',
  )
})
afterAll(() => rm(folder, { recursive: true }))

describe('URLs', () => {
  const cases: [url: string, expected: object][] = [
    ['postgres://', {}],
    ['postgresql://localhost', { host: 'localhost' }],
    ['postgres://me@/shop', { user: 'me', database: 'shop' }],
    ['postgres:///shop?host=/tmp&port=5433', { database: 'shop', host: '/tmp', port: 5433 }],
    ['postgres://%2Ftmp/shop', { host: '/tmp', database: 'shop' }],
    ['postgres://m%40e:p%3Ass%2F@h/d%25', { user: 'm@e', password: 'p:ss/', host: 'h', database: 'd%' }],
    ['postgres://me:a:b@h', { user: 'me', password: 'a:b', host: 'h' }],
    ['postgres://me:a#b@h/d', { user: 'me', password: 'a#b', host: 'h', database: 'd' }],
    ['postgres://[::1]:5433/d', { host: '::1', port: 5433, database: 'd' }],
    ['postgres://a:1,b:2/d', { host: ['a', 'b'], port: [1, 2], database: 'd' }],
    ['postgres://a,b:2/d', { host: ['a', 'b'], port: [0, 2], database: 'd' }],
    ['postgres://h/d?application_name=a+b%20c', { host: 'h', database: 'd', applicationName: 'a+b c' }],
    ['postgres://h/d?options=-c%20geqo%3Doff', { host: 'h', database: 'd', options: '-c geqo=off' }],
    [
      'postgres://h/d?sslmode=no-verify',
      { host: 'h', database: 'd', sslMode: 'require', tls: { rejectUnauthorized: false } },
    ],
    ['postgres://h/d?ssl=true&schema=app&uselibpqcompat=true', { host: 'h', database: 'd', sslMode: 'require' }],
  ]
  test.each(cases)('%s', (url, expected) => expect(parseTarget(url)).toEqual(expected))
  test.each([
    'postgres://me:pass@word@h/d',
    'postgres://me:pass/word@h/d',
    'postgres://me:pass?word@h/d',
    'postgres://me:%zz@h/d',
    'postgres://me:word%00@h/d',
    'postgres://h:port/d',
    'postgres://::1/d',
  ])('%s is refused without being repeated', (url) => {
    expect(() => parseTarget(url)).toThrow(/^The connection URL cannot be read\.$/)
  })
})

describe('keyword strings', () => {
  const cases: [text: string, expected: object][] = [
    ['', {}],
    [
      String.raw`host = h  password='it\'s \\ here' dbname=a\ b`,
      { host: 'h', password: String.raw`it's \ here`, database: 'a b' },
    ],
    ["user='' port=5433", { port: 5433 }],
    ['connect_timeout=0 keepalives=0 keepalives_idle=30', { keepAlive: false, keepAliveInitialDelayMillis: 30_000 }],
    ['connect_timeout=7', { connectTimeoutMs: 7000 }],
    ['require_auth=!password,!md5', { requireAuth: ['!password', '!md5'] }],
    ['fallback_application_name=a application_name=b', { applicationName: 'b' }],
  ]
  test.each(cases)('%s', (text, expected) => expect(parseTarget(text)).toEqual(expected))
  test.each([
    ...['port=0', 'port=65536', 'port=1,x', 'sslmode=maybe', 'target_session_attrs=fast', 'require_auth=gss'],
    ...['sslcertmode=require', 'sslcertmode=disable', 'min_protocol_version=3.2', 'min_protocol_version=latest'],
  ])('%s is refused', (text) => expect(() => parseTarget(text)).toThrow(/has a value that it cannot have/))
  test.each(['sslcertmode=allow', 'min_protocol_version=3.0', 'max_protocol_version=3.2'])('%s says nothing', (text) =>
    expect(parseTarget(text)).toEqual({}),
  )
  test.each(['constructor=1', 'toString=1'])('%s is unknown', (text) => {
    expect(() => parseTarget(`postgres://h?${text}`)).toThrow(/^Unknown connection parameter/)
  })
  test('what protects and is not known is refused, not passed over', () => {
    expect(() => parseTarget('requirepeer=postgres gssencmode=require')).toThrow(/requirepeer\.\n.*gssencmode/)
  })
})

describe('services and defaults', () => {
  const defaults = (parameters: Record<string, string> = {}) => ({ parameters, serviceFiles: [services] })
  test('the string wins over its service, the service over the defaults', () => {
    expect(parseTarget('service=shop port=1', defaults({ host: 'x', user: 'u', port: '2' }))).toEqual({
      host: 'db.internal',
      port: 1,
      database: 'shop',
      password: 'a=b #c',
      user: 'u',
    })
    expect(parseTarget('postgres://?service=shop', defaults()).host).toBe('db.internal')
    expect(parseTarget('', defaults({ service: 'shop' })).host).toBe('db.internal')
    expect(parseTarget(`service=shop servicefile=${services}`).host).toBe('db.internal')
    expect(parseTarget('service=empty', defaults())).toEqual({})
  })
  test('a service that is not there', () => {
    expect(() => parseTarget('service=shopp', defaults())).toThrow('There is no service shopp.')
  })
  test('a file that cannot be read names its line, not what is in it', async () => {
    const file = path.join(folder, 'broken.conf')
    await writeFile(file, '[shop]\nldap://canary\n')
    const read = () => parseTarget(`service=shop servicefile=${file}`)
    expect(read).toThrow(/^Line 2 of .*broken\.conf cannot be read\.$/)
  })
  test('an address of the defaults does not lead away from the host that is given', () => {
    expect(parseTarget('host=a', defaults({ hostaddr: '10.0.0.1', port: '1' }))).toEqual({ host: 'a', port: 1 })
    expect(parseTarget('', defaults({ host: 'a', hostaddr: '10.0.0.1' })).hostAddress).toBe('10.0.0.1')
  })
  test('ssl=true is not undone by a default', () => {
    expect(parseTarget('postgres://h?ssl=true', defaults({ sslmode: 'disable' })).sslMode).toBe('require')
  })
  test("the system's certificates bring their mode with them", () => {
    expect(parseTarget('sslrootcert=system', defaults({ sslmode: 'prefer' })).sslMode).toBe('verify-full')
  })
})

test('files that are not there, and keys that are open, are told at once', async () => {
  const key = path.join(folder, 'open.key')
  await writeFile(key, 'x')
  await chmod(key, 0o604)
  expect(() => parseTarget(`sslrootcert=${folder}/none sslcert=${folder}/none sslkey=${key}`)).toThrow(
    /sslrootcert cannot be read.*\n.*sslcert cannot be read.*\n.*sslkey can be read by others/,
  )
})
