import { userInfo } from 'node:os'
import { isPgarkError } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import { type PostgresOptions, resolveOptions } from '../../src/options.ts'
import { postgres } from '../../src/postgres.ts'

const largestTimer = 2_147_483_647

/** Every problem with a call; none when it is right. */
function problems(options: PostgresOptions | string): string[] {
  try {
    resolveOptions(options)
    return []
  } catch (error) {
    if (!isPgarkError(error) || error.code !== 'USAGE.OPTIONS') throw error
    return error.message.split('\n')
  }
}

test('defaults', () => {
  expect(resolveOptions({})).toEqual({
    servers: [{ host: 'localhost', port: 5432 }],
    user: userInfo().username,
    password: undefined,
    passfile: undefined,
    database: userInfo().username,
    sslMode: 'prefer',
    tls: {},
    sslNegotiation: 'postgres',
    channelBinding: 'prefer',
    requireAuth: [],
    targetSessionAttrs: 'any',
    loadBalanceHosts: 'disable',
    startupOptions: undefined,
    stream: undefined,
    keepAlive: true,
    keepAliveInitialDelayMs: 60_000,
    allowPooler: false,
    applicationName: 'pgark',
    connectTimeoutMs: 10_000,
    lockTimeoutMs: 10_000,
    idleTimeoutMs: 300_000,
    pgDump: 'auto',
  })
})

describe('limits', () => {
  const limits: [keyof PostgresOptions, number, number][] = [
    ['port', 1, 65_535],
    ['connectTimeoutMs', 1, largestTimer],
    ['lockTimeoutMs', 1, largestTimer],
    ['idleTimeoutMs', 1, largestTimer],
  ]
  for (const [name, least, most] of limits) {
    test(`${name}: ${least} to ${most}`, () => {
      for (const value of [least, least + 1, most - 1, most]) expect(problems({ [name]: value })).toEqual([])
      for (const value of [least - 1, most + 1, 1.5, Number.NaN]) expect(problems({ [name]: value })).toHaveLength(1)
    })
  }
  test('applicationName: 63 characters', () => {
    for (const length of [0, 62, 63]) expect(problems({ applicationName: 'x'.repeat(length) })).toEqual([])
    expect(problems({ applicationName: 'x'.repeat(64) })).toHaveLength(1)
  })
})

describe('what is expected of an option is told, and never its value', () => {
  const timer = `a whole number from 1 to ${largestTimer}`
  const wrong: [keyof PostgresOptions, unknown, string][] = [
    ['host', '', 'text that is not empty, or a list that is not empty'],
    ['host', ['a', 1], 'text that is not empty, or a list, each of them text'],
    ['port', [1, 65_536], 'a whole number from 1 to 65535, or a list, each of them a whole number from 0 to 65535'],
    ['password', 5, 'text, or a function'],
    ['database', 'postgres://a:secret@h/d', 'a name, not a connection string'],
    ['database', 'host=h password=secret', 'a name, not a connection string'],
    ['sslMode', 'maybe', 'disable, allow, prefer, require, verify-ca or verify-full'],
    ['tls', [], 'an object'],
    ['ssl', 'yes', 'true or false, or an object'],
    ['requireAuth', ['gss'], 'a list, each of them none, password, md5 or scram-sha-256, with ! for what is refused'],
    ['requireAuth', 'none', 'a list'],
    ['applicationName', 'x'.repeat(64), 'text of at most 63 characters'],
    ['allowPooler', 1, 'true or false'],
    ['lockTimeoutMs', '5', timer],
    ['statement_timeout', true, `false, or a whole number from 0 to ${largestTimer}`],
    ['stream', {}, 'a function'],
    ['orm', {}, 'the adapter of an ORM for this version of pgark, as fromPrisma(prisma)'],
  ]
  test.each(wrong)('%s: %j', (name, value, wanted) => {
    expect(problems({ [name]: value })).toEqual([`Option ${name}: expected ${wanted}.`])
  })
  test('no options at all', () => {
    for (const nothing of [null, undefined, 5]) {
      expect(problems(nothing as never)).toEqual([
        'postgres() needs a connection string, an object with options, or the adapter of an ORM.',
      ])
      expect(() => postgres(nothing as never)).toThrow(expect.objectContaining({ code: 'USAGE.OPTIONS' }))
    }
  })
  test('undefined is an option that is not given', () => {
    expect(problems({ host: undefined, port: undefined, orm: undefined })).toEqual([])
  })
})

test('what is given beside a connection string wins over it', () => {
  const connectionString = 'postgres://a:b@c:1/d?application_name=e&connect_timeout=7&sslmode=disable'
  expect(resolveOptions({ connectionString })).toMatchObject({
    user: 'a',
    password: 'b',
    servers: [{ host: 'c', port: 1 }],
    database: 'd',
    applicationName: 'e',
    connectTimeoutMs: 7000,
    sslMode: 'disable',
  })
  expect(resolveOptions({ connectionString, port: 2, database: 'x', password: 'y' })).toMatchObject({
    user: 'a',
    password: 'y',
    servers: [{ host: 'c', port: 2 }],
    database: 'x',
  })
})

test('hosts, addresses and ports go side by side', () => {
  const servers = (options: PostgresOptions | string) => resolveOptions(options).servers
  expect(servers({ host: ['a', 'b'], port: 1 })).toEqual([
    { host: 'a', port: 1 },
    { host: 'b', port: 1 },
  ])
  expect(servers('postgres://a:1,b,[::1]:3/d')).toEqual([
    { host: 'a', port: 1 },
    { host: 'b', port: 5432 },
    { host: '::1', port: 3 },
  ])
  expect(servers('hostaddr=127.0.0.1 user=x')).toEqual([{ host: '127.0.0.1', address: '127.0.0.1', port: 5432 }])
  // An address leads somewhere: it does not stay when another host is given.
  expect(servers({ connectionString: 'host=a hostaddr=10.0.0.1', host: 'b' })).toEqual([{ host: 'b', port: 5432 }])
  expect(postgres({ host: ['a', '::1'], user: 'me', database: 'd' }).location).toBe('me@a:5432,[::1]:5432/d')
  expect(problems({ host: ['a', 'b', 'c'], port: [1, 2] })).toHaveLength(1)
  expect(problems({ host: 'a', hostAddress: ['10.0.0.1', '10.0.0.2'] })).toHaveLength(1)
})

test('what cannot go together', () => {
  expect(problems('sslmode=verify-ca')).toHaveLength(1)
  expect(problems('sslnegotiation=direct')).toHaveLength(1)
  expect(problems('channel_binding=require sslmode=disable')).toHaveLength(1)
  expect(problems('sslrootcert=system sslmode=require')).toHaveLength(1)
  expect(problems('sslrootcert=system')).toEqual([])
})

test('every problem is told at once, when the factory is called, with what could be meant', () => {
  const options = { hots: 'x', prot: 1, port: 0, sslMode: 'maybe' as 'prefer' }
  expect(problems(options)).toHaveLength(4)
  expect(() => postgres(options)).toThrow(
    expect.objectContaining({ code: 'USAGE.OPTIONS', hint: expect.stringContaining('did you mean host?') }),
  )
})

describe('secrets', () => {
  const secret = 'canary5105105105105100'
  const targets = [
    `postgres://me:${secret}@h:x/d`,
    `postgres://me:${secret}@h/d?sslmod=x`,
    `postgres://me:${secret}@h/d?sslmode=x`,
    `host=h password=${secret} port=abc`,
    `host=h password='${secret}`,
    `host=h password=${secret} nonsense`,
  ]
  for (const target of targets) {
    test(`are not in what is said of ${target.replace(secret, '…')}`, () => {
      const found = problems(target)
      expect(found).not.toEqual([])
      expect(found.join()).not.toContain(secret)
    })
  }
  test('are not where an engine says where it is connected', () => {
    const engine = postgres(`postgres://me:${secret}@h:1/d`)
    expect(engine.location).toBe('me@h:1/d')
    expect(JSON.stringify(engine)).not.toContain(secret)
  })
})
