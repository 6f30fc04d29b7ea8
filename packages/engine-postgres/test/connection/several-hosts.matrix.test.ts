import { configure, startServer, startStandby, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { resolveOptions } from '../../src/options.ts'
import { failure, seen } from './connecting.ts'
import { listen } from './man-in-the-middle.ts'

let primary: TestServer
let standby: TestServer
let closed: number
beforeAll(async () => {
  primary = await startServer(17)
  standby = await startStandby(primary)
  await primary.query('CREATE ROLE app LOGIN')
  const listener = await listen(() => {})
  closed = listener.port
  listener.close()
})
afterAll(async () => {
  await standby.stop()
  await primary.stop()
})

const url = (ports: readonly number[], parameters = '') =>
  `postgres://postgres@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/postgres?${parameters}`
const portOf = async (ports: readonly number[], parameters?: string) => (await seen(url(ports, parameters))).port

describe('the first that will do', () => {
  test('is the first that answers', async () => {
    expect(await portOf([primary.port, standby.port])).toBe(primary.port)
    expect(await portOf([closed, standby.port, primary.port])).toBe(standby.port)
  })
  test.each([
    ['read-write', () => primary],
    ['primary', () => primary],
    ['read-only', () => standby],
    ['standby', () => standby],
    ['prefer-standby', () => standby],
  ])('target_session_attrs=%s, in any order', async (attributes, expected) => {
    const wanted = `target_session_attrs=${attributes}`
    expect(await portOf([primary.port, closed, standby.port], wanted)).toBe(expected().port)
    expect(await portOf([standby.port, primary.port, closed], wanted)).toBe(expected().port)
  })
  test('prefer-standby takes a primary where there is nothing else', async () => {
    expect(await portOf([closed, primary.port], 'target_session_attrs=prefer-standby')).toBe(primary.port)
  })
  test('read-write does not take a primary whose transactions are read-only', async () => {
    await configure(primary, { settings: { default_transaction_read_only: 'on' } })
    expect((await failure(url([primary.port], 'target_session_attrs=read-write'))).message).toContain('it is read-only')
    expect(await portOf([primary.port], 'target_session_attrs=read-only')).toBe(primary.port)
    await configure(primary, { settings: { default_transaction_read_only: 'off' } })
  })
  test('one that says nothing costs its share of time, not the run', async () => {
    const silent = await listen(() => {})
    // Long enough for the one that answers, however busy the machine.
    const options = { connectionString: url([silent.port, standby.port]), connectTimeoutMs: 8000 }
    expect((await seen({ ...options, sslMode: 'disable' })).port).toBe(standby.port)
    silent.close()
  })
  test('load_balance_hosts=random uses all of them', async () => {
    const used = new Set<number | null>()
    while (used.size < 2) used.add(await portOf([primary.port, standby.port], 'load_balance_hosts=random'))
    expect(used).toEqual(new Set([primary.port, standby.port]))
  })
})

test('none will do: every reason is told, in one sentence', async () => {
  const error = await failure(url([closed, standby.port], 'target_session_attrs=primary'))
  expect(error.message).toBe(
    `Cannot connect to postgres@127.0.0.1:${closed},127.0.0.1:${standby.port}/postgres: ` +
      `127.0.0.1:${closed}: nothing listens there; 127.0.0.1:${standby.port}: it is a standby.`,
  )
})

test('one that refuses ends the search, as with libpq', async () => {
  const target = `postgres://nobody@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`
  expect((await failure(target)).message).not.toContain(`${standby.port}: `)
})

test('later connections are to the same server', async () => {
  const connector = createConnector(
    resolveOptions(url([closed, standby.port, primary.port], 'load_balance_hosts=random')),
  )
  const ports: number[] = []
  for (let n = 0; n < 6; n++) {
    const client = await connector.connect(new AbortController().signal)
    ports.push((await client.query('SELECT inet_server_port() AS port')).rows[0].port)
    await client.end()
  }
  expect(new Set(ports).size).toBe(1)
})

test('hosts and addresses side by side', async () => {
  const target = `host=a.invalid,b.invalid hostaddr=127.0.0.1,127.0.0.1 port=${closed},${standby.port} user=postgres`
  expect((await seen(`${target} dbname=postgres`)).port).toBe(standby.port)
})

test('a folder of unix sockets, also in a URL', async () => {
  const { rows } = await primary.query("SELECT current_setting('unix_socket_directories') AS folder")
  const { folder } = rows[0]
  const local = { user: 'postgres', port: null, isEncrypted: false }
  expect(await seen({ host: folder, port: primary.port, user: 'postgres', database: 'postgres' })).toMatchObject(local)
  const urls = [`postgres://postgres@${encodeURIComponent(folder)}:${primary.port}/postgres`]
  urls.push(`postgres://postgres@/postgres?host=${folder}&port=${primary.port}&sslmode=require`)
  for (const target of urls) expect(await seen(target)).toMatchObject(local)
  expect((await failure(`host=${folder} port=1 user=postgres dbname=postgres`)).message).toContain('no such socket')
})
