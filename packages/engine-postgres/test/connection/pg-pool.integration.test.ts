import { Socket } from 'node:net'
import { certificateAuthority, configure, startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fromPgPool } from '../../src/from-pg-pool.ts'
import type { PostgresOptions } from '../../src/options.ts'
import { seen } from './connecting.ts'

let server: TestServer
let certified: { certificate: string; key: string }
beforeAll(async () => {
  server = await startServer(17)
  const authority = await certificateAuthority('pgark test root')
  const { certificate, key } = await authority.issue({ name: 'db', for: ['localhost'] })
  certified = await authority.issue({ name: 'certified' })
  await server.query("CREATE ROLE app LOGIN PASSWORD 'sesame'; CREATE ROLE certified LOGIN")
  await configure(server, {
    hba: ['host all app all scram-sha-256', 'hostssl all certified all cert'],
    files: { 'server.crt': certificate, 'server.key': key, 'root.crt': authority.certificate },
    settings: { ssl: 'on', ssl_ca_file: 'root.crt' },
  })
})
afterAll(() => server.stop())

const base = () => ({ host: '127.0.0.1', port: server.port, user: 'app', database: 'postgres', password: 'sesame' })

/** A stream that leads to the server, whatever host it is told. */
class Tunnel extends Socket {
  readonly #port: number
  constructor(port: number) {
    super()
    this.#port = port
  }
  override connect(): this {
    return super.connect(this.#port, '127.0.0.1')
  }
}

/** Every configuration that pg takes is one of ours: this compiles. */
const superset = (config: pg.ClientConfig): PostgresOptions => config

describe("pg's own configuration", () => {
  test('what is for applications is not applied', async () => {
    const config: pg.ClientConfig = {
      ...base(),
      statement_timeout: 1,
      query_timeout: 1,
      lock_timeout: 1,
      idle_in_transaction_session_timeout: 1,
      types: { getTypeParser: () => () => 'wrong' },
      client_encoding: 'LATIN1',
      application_name: 'shop',
      ssl: { rejectUnauthorized: false },
      connectionTimeoutMillis: 0,
      keepAlive: false,
      options: '-c search_path=a',
    }
    expect(await seen(superset(config))).toMatchObject({ applicationName: 'shop', isEncrypted: true, searchPath: 'a' })
  })
  test('ssl: true verifies, false does without', async () => {
    await expect(seen({ ...base(), ssl: true })).rejects.toThrow('could not be verified')
    expect((await seen({ ...base(), ssl: false })).isEncrypted).toBe(false)
  })
  test('a stream of its own, for each connection', async () => {
    const stream = vi.fn(() => new Tunnel(server.port))
    const config: pg.ClientConfig = { ...base(), host: 'db.behind.a.tunnel', port: 1, stream }
    expect((await seen(superset(config))).isEncrypted).toBe(true)
    await seen(superset({ ...config, ssl: false }))
    expect(stream).toHaveBeenCalledTimes(2)
  })
})

describe('fromPgPool', () => {
  const pools: pg.Pool[] = []
  const pool = (config: pg.PoolConfig) => {
    const made = new pg.Pool(config)
    pools.push(made)
    return made
  }
  afterAll(() => Promise.all(pools.map((each) => each.end())))

  test('connects as the pool does, and leaves it alone', async () => {
    const made = pool({ ...base(), max: 1, application_name: 'shop' })
    const held = await made.connect()
    expect(await fromPgPool(made).databaseName?.()).toBe('postgres')
    expect(fromPgPool(made).location).toBe(`app@127.0.0.1:${server.port}/postgres`)
    expect(made.totalCount).toBe(1)
    held.release()
    expect((await made.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })
  test('a password that is a function', async () => {
    const password = vi.fn(async () => 'sesame')
    expect(await fromPgPool(pool({ ...base(), password })).databaseName?.()).toBe('postgres')
    expect(password).toHaveBeenCalledTimes(1)
  })
  test('a private key, which pg hides', async () => {
    const ssl = { rejectUnauthorized: false, cert: certified.certificate, key: certified.key }
    const made = pool({ ...base(), user: 'certified', password: undefined, ssl })
    await made.query('SELECT 1')
    expect(Object.keys(ssl)).not.toContain('key')
    expect(await fromPgPool(made).databaseName?.()).toBe('postgres')
  })
  test('a connection string, whose word counts with pg', async () => {
    const connectionString = `postgres://app:sesame@127.0.0.1:${server.port}/postgres`
    expect(await fromPgPool(pool({ connectionString, port: 1, password: 'x' })).databaseName?.()).toBe('postgres')
  })
  test('options of our own win', () => {
    expect(fromPgPool(pool(base()), { database: 'other' }).location).toMatch(/\/other$/)
  })
  test('a pool that takes its host from the environment is refused', () => {
    expect(() => fromPgPool(pool({ user: 'app' }))).toThrow('does not say which host')
    expect(() => fromPgPool(pool({ user: 'app', host: 'db' }))).toThrow('does not say which database')
    expect(() => fromPgPool(pool({ connectionString: 'postgres://app@db' }))).toThrow('does not say which database')
    expect(fromPgPool(pool({ connectionString: 'postgres://app@db' }), { database: 'shop' }).location).toContain('shop')
  })
  test('a pool of pg-native is refused', () => {
    class NativeClient {
      connect() {}
    }
    expect(() => fromPgPool({ options: base(), Client: NativeClient })).toThrow('pg-native')
  })
  test('a pool without pg, and a subclass of its client, by their shape', async () => {
    class Traced extends pg.Client {}
    expect(await fromPgPool({ options: base() }).databaseName?.()).toBe('postgres')
    expect(await fromPgPool({ options: base(), Client: Traced }).databaseName?.()).toBe('postgres')
  })
})
