import { postgres } from '@pgark/engine-postgres'
import pg from 'pg'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { describe, expect, test } from 'vitest'
import { type FromTypeORMOptions, fromTypeORM } from '../src/index.ts'
import { refusal } from './support.ts'

type Options = Partial<DataSourceOptions & { type: 'postgres' }>

const dataSource = (options: Options) => new DataSource({ type: 'postgres', ...options })
const connectionOf = (options: Options, own: FromTypeORMOptions = {}) =>
  fromTypeORM(dataSource(options), own).connection()

/** What TypeORM's own driver would make a pool with. */
async function poolConfig(options: Options, credentials: object): Promise<pg.PoolConfig> {
  let config: pg.PoolConfig = {}
  class Pool {
    constructor(given: pg.PoolConfig) {
      config = given
    }
    on() {}
    connect(done: (error: undefined, client: object, release: () => void) => void) {
      done(undefined, {}, () => {})
    }
  }
  const { driver } = dataSource({ ...options, driver: { Pool } })
  await (driver as unknown as { createPool(options: object, credentials: object): Promise<object> }).createPool(
    driver.options,
    credentials,
  )
  return config
}

/** What pg makes of a configuration. */
function endOf(config: pg.ClientConfig) {
  const client = new pg.Client(config) as pg.Client & { password: unknown; ssl: unknown; connectionParameters: unknown }
  const { host, port, user, database, password, ssl } = client
  const { application_name } = client.connectionParameters as { application_name: string }
  return { host, port, user, database, password, ssl, application_name }
}

const url = 'postgres://app@db/shop'
/** The least that says where the database is, and what pg calls it. */
const named = { host: 'db', username: 'app', database: 'shop' }
const asPg = { host: 'db', user: 'app', database: 'shop' }
const key = '-----BEGIN KEY-----'
const token = () => 'token'

describe('the connection is that of TypeORM', () => {
  test.each<[string, Options]>([
    ['fields', { host: 'db', port: 5433, username: 'app', password: 'pw', database: 'shop' }],
    ['a port as text', { host: 'db', port: '5433' as never, username: 'app', database: 'shop' }],
    ['a URL', { url: 'postgres://app:pw@db:5433/shop' }],
    ['a URL against fields', { url: 'postgres://app:pw@db/shop', host: 'no', username: 'no', password: 'no', port: 1 }],
    ['a URL without what fields say', { url: 'postgres://me@db:5433/shop', password: 'not taken', database: 'no' }],
    ['names in a URL’s query', { url: 'postgres://app@db/shop?application_name=url', applicationName: 'field' }],
    ['TLS of the URL against the field', { url: 'postgres://app@db/shop?sslmode=disable', ssl: true }],
    ['TLS', { host: 'db', username: 'app', database: 'shop', ssl: { ca: 'ca', rejectUnauthorized: false } }],
    ['an application’s name', { host: 'db', username: 'app', database: 'shop', applicationName: 'shop' }],
    [
      'extra wins',
      { host: 'no', username: 'no', database: 'no', extra: { host: 'db', user: 'app', database: 'shop' } },
    ],
    ['extra with a URL', { host: 'no', extra: { connectionString: 'postgres://app:pw@db:5433/shop', max: 2 } }],
    ['a password that is asked for', { host: 'db', username: 'app', database: 'shop', password: token }],
  ])('%s', async (_, options) => {
    const config = await poolConfig(options, options)
    expect(endOf(connectionOf(options).options)).toEqual(endOf(config))
  })

  test.each<[string, Options, object]>([
    ['fields', { url, host: 'no', username: 'no', password: 'no', database: 'no', port: 1 }, {}],
    ['TLS, where it says something of it', { url: `${url}?sslmode=require`, ssl: { ca: 'ca' } }, {}],
    ['TLS only then', { url, ssl: { ca: 'ca' } }, { ssl: { ca: 'ca' } }],
    ['a name', { url: `${url}?application_name=url`, applicationName: 'field' }, {}],
    ['a name only then', { url, applicationName: 'field' }, { application_name: 'field' }],
  ])('what a URL hides is not given beside it, where it would win: %s', (_, options, others) => {
    expect(connectionOf(options).options).toEqual({ connectionString: options.url, ...others })
  })

  test('a port is a number', () => {
    expect(connectionOf({ ...named, port: '5433' as never }).options).toEqual({ ...asPg, port: 5433 })
  })

  test('the name of one of several is that of the application, or its own', async () => {
    const credentials = { host: 'master', username: 'app', database: 'shop', applicationName: 'of the master' }
    for (const own of [{}, { applicationName: 'of all' }]) {
      const options: Options = { ...own, replication: { master: credentials, slaves: [] } }
      expect(endOf(connectionOf(options).options)).toEqual(endOf(await poolConfig(options, credentials)))
    }
  })

  test('is the master’s, of several', async () => {
    const slaves = [
      { ...named, host: 'slave' },
      { ...named, host: 'other' },
    ]
    const replication = { master: { ...named, host: 'master', password: 'pw' }, slaves }
    const options: Options = { replication, host: 'not taken', applicationName: 'shop', extra: { keepAlive: true } }
    const master = connectionOf(options)
    expect(master.options).toEqual({
      ...{ ...asPg, host: 'master', password: 'pw' },
      ...{ application_name: 'shop', keepAlive: true },
    })
    expect(master.origin).toBe('replication.master of the DataSource')
    const slave = connectionOf(options, { role: 'slave' })
    expect(slave.options).toMatchObject({ host: 'slave', application_name: 'shop' })
    expect(slave.origin).toBe('replication.slaves[0] of the DataSource')
  })

  test('the private key is copied, which pg hides', () => {
    const ssl = { ca: 'ca', key }
    Object.defineProperty(ssl, 'key', { enumerable: false })
    const { options } = connectionOf({ ...named, ssl })
    expect(options.ssl).not.toBe(ssl)
    expect({ ...(options.ssl as object) }).toEqual({ ca: 'ca', key })
  })

  test('nothing of it is about the pool', () => {
    const { options } = connectionOf({
      ...named,
      poolSize: 3,
      connectTimeoutMS: 1500,
      extra: { max: 2, min: 1, idleTimeoutMillis: 5, statement_timeout: 100, allowExitOnIdle: true },
    })
    expect(options).toEqual({ ...asPg, connectionTimeoutMillis: 1500 })
  })

  test('given explicitly, it is that one', () => {
    const options: Options = { host: 'pooler' }
    expect(connectionOf(options, { connection: 'postgres://app@direct/shop' })).toEqual({
      origin: 'connection, as it was given',
      options: { connectionString: 'postgres://app@direct/shop' },
    })
    expect(connectionOf({}, { connection: { host: 'direct' } }).options).toEqual({ host: 'direct' })
  })
})

describe('refused before anything connects', () => {
  test.each<[string, Options]>([
    ['no host', { ...named, host: undefined as never }],
    ['an empty one', { ...named, host: '' }],
    ['a URL without one', { url: 'postgres://app@/shop', host: 'not taken by pg' }],
    ['a master without one', { ...named, replication: { master: { ...named, host: '' }, slaves: [] } }],
  ])('%s: the environment is not read', async (_, options) => {
    expect(await refusal(() => connectionOf(options))).toMatchObject({
      code: 'USAGE.ORM',
      message: 'The DataSource does not say which host it connects to.',
      hint: expect.stringContaining('environment'),
    })
  })

  test.each<[string, Options]>([
    ['no database', { host: '127.0.0.1', port: 5432, username: 'postgres' }],
    ['an empty one', { ...named, database: '' }],
    ['a URL without one', { url: 'postgres://app:pw@db:5433', database: 'not taken by pg' }],
    ['a URL without one after its slash', { url: 'postgres://app@db/?database=no&sslmode=require' }],
    ['a URL with an address, without one', { url: 'postgres://app@[::1]:5433' }],
    ['a socket without one', { url: '/run/postgresql', extra: { user: 'app' } }],
    ['a master without one', { ...named, replication: { master: { host: 'db', username: 'app' }, slaves: [] } }],
    ['a URL in extra without one', { ...named, extra: { connectionString: 'postgres://app@db' } }],
  ])('%s: a backup of whatever database the environment names is none', async (_, options) => {
    expect(await refusal(() => connectionOf(options))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('which database it connects to'),
      hint: expect.stringMatching(/by connection of fromTypeORM\(\): what its driver would add from the environment/),
    })
  })

  test.each<[string, Options]>([
    ['no user', { host: 'db', database: 'shop' }],
    ['a URL without one', { url: 'postgres://db/shop', username: 'not taken by pg' }],
    ['a URL with a password only', { url: 'postgres://:pw@db/shop' }],
    ['a master without one', { ...named, replication: { master: { host: 'db', database: 'shop' }, slaves: [] } }],
  ])('%s', async (_, options) => {
    const { code, message } = await refusal(() => connectionOf(options))
    expect([code, message]).toEqual(['USAGE.ORM', 'The DataSource does not say as which user it connects.'])
  })

  test('all that is not named, at once', async () => {
    expect((await refusal(() => connectionOf({}))).message).toBe(
      'The DataSource does not say which host it connects to, nor which database it connects to, nor as which user it connects.',
    )
  })

  test.each<[string, Options]>([
    ['by the parameters of a URL', { url: 'postgres://db/shop?user=app' }],
    ['by extra', { host: 'db', extra: { user: 'app', database: 'shop' } }],
    ['by the URL of a socket', { url: 'socket://app@/run/postgresql?db=shop' }],
    ['by a password with a colon and an at', { url: 'postgres://app:p:w@1@db/shop' }],
  ])('database and user are named %s', (_, options) => {
    expect(connectionOf(options)).toHaveProperty('options')
  })

  test.each(['', ' ', {}, { host: undefined }])('an empty connection: %j', async (connection) => {
    expect(await refusal(() => fromTypeORM(dataSource(named), { connection }))).toMatchObject({
      code: 'USAGE.OPTIONS',
      message: 'The connection of fromTypeORM() is empty.',
    })
  })

  test('a URL with its host as a parameter has one', () => {
    const url = 'postgres://app@/shop?host=/run/postgresql'
    expect(connectionOf({ url }).options).toEqual({ connectionString: url })
  })

  test('only where it is asked for: another database may be named', () => {
    expect(fromTypeORM(dataSource({ database: 'shop' }))).toHaveProperty('connection')
  })

  test('a slave that there is not', async () => {
    for (const options of [{ host: 'db' }, { replication: { master: { host: 'db' }, slaves: [] } }]) {
      expect(await refusal(() => connectionOf(options, { role: 'slave' }))).toMatchObject({
        code: 'USAGE.ORM',
        message: expect.stringContaining('no replication.slaves'),
      })
    }
  })

  test.each(['mysql', 'cockroachdb', 'aurora-postgres'])('a DataSource of %s', async (type) => {
    const other = { options: { type }, isInitialized: false, entityMetadatas: [], buildMetadatas() {} }
    expect(await refusal(() => fromTypeORM(other))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining(`The DataSource is one of ${type}, `),
      hint: 'give a DataSource of type postgres',
    })
  })

  test.each([undefined, null, 'postgres://app@db/shop', { type: 'postgres', host: 'db' }])('%s', async (given) => {
    expect(await refusal(() => fromTypeORM(given as never))).toMatchObject({
      code: 'USAGE.ORM',
      message: 'Expected a DataSource of TypeORM.',
    })
  })

  test('options that there are not, all at once', async () => {
    const wrong = { roll: 'slave', role: 'primary', withDeleted: 'yes', connection: 5432 } as never
    const { code, message, hint } = await refusal(() => fromTypeORM(dataSource({ host: 'db' }), wrong))
    expect(code).toBe('USAGE.OPTIONS')
    expect(message.split('\n')).toHaveLength(4)
    expect(hint).toContain('did you mean role?')
  })
})

test('a DataSource in the place of its adapter is told so', async () => {
  const itself = dataSource({ host: 'db', username: 'app', database: 'shop' })
  // From JavaScript anything can come.
  expect(await refusal(() => postgres(itself as object))).toEqual({
    code: 'USAGE.OPTIONS',
    message: 'postgres() was given a DataSource of TypeORM itself.',
    hint: 'wrap it: postgres(fromTypeORM(dataSource))',
  })
})
