import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { backup, file, restore } from '@pgark/core'
import { type FaultyProxy, startFaultyProxy, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { createEngine } from '../../src/engine.ts'
import { type PostgresOptions, resolveOptions } from '../../src/options.ts'
import {
  applicationName,
  databaseWith,
  expectNothingLeft,
  openSession,
  prepare,
  tempFolder,
  untilNoConnection,
} from '../snapshot/run-backup.ts'

const impatient: PostgresOptions = { idleTimeoutMs: 300, lockTimeoutMs: 100, applicationName }
/** Bytes of the table, far more than the buffers on the way hold. */
const tableBytes = 40_000_000
const inTheRows = tableBytes / 4
const never = new AbortController().signal

let server: TestServer
let proxy: FaultyProxy
let database: string
beforeAll(async () => {
  server = await startServer(17)
  proxy = await startFaultyProxy(server.port)
  database = await databaseWith(
    server,
    `CREATE TABLE items AS SELECT repeat('x', 1000) AS note FROM generate_series(1, ${tableBytes / 1000})`,
  )
})
afterEach(() => proxy.reset())
afterAll(async () => {
  await proxy.stop()
  await server.stop()
})

const through = (name: string, options: PostgresOptions = {}) =>
  createEngine({ connectionString: server.url(name), port: proxy.port, ...impatient, ...options })
/** Three questions without an answer take three times as long. */
const quickly = { connectTimeoutMs: 2000 }
const fellSilent = (reason: string) => ({
  code: 'ENGINE.TIMEOUT',
  retryable: true,
  message: expect.stringMatching(new RegExp(`fell silent: no byte came for 300 ms, and ${reason}\\.$`)),
})
const noAnswer = 'the server does not answer any more'
const waitsToo = 'the server waits for the network too'

/** The server's processes of ours, without those that only ask. */
const backendsSql = `SELECT pid FROM pg_stat_activity WHERE application_name = '${applicationName}'`

for (const [how, stall] of Object.entries({
  'drops packets': {},
  'takes what is sent and passes nothing on': { swallow: true },
})) {
  describe(`a path that ${how}`, () => {
    for (const [others, sparesNew, reason] of [
      ['of every connection', false, noAnswer],
      ['of the connections that are open', true, waitsToo],
    ] as const) {
      test(`amid the rows of a backup, ${others}: it fails and leaves nothing`, async () => {
        const { folder, location } = await prepare(server, database)
        proxy.when('server', inTheRows, () => proxy.stall({ ...stall, sparesNew }))
        const engine = through(database, quickly)
        await expect(backup({ engine, to: file(location), compression: 'none' })).rejects.toMatchObject(
          fellSilent(reason),
        )
        proxy.reset()
        await expectNothingLeft(server, folder)
      })

      test(`amid the rows of a restore, ${others}: it fails and is rolled back`, async () => {
        const { location, start } = await prepare(server, database)
        await start()
        const target = await databaseWith(server, '')
        proxy.when('client', inTheRows, () => proxy.stall({ ...stall, sparesNew }))
        await expect(restore({ engine: through(target, quickly), from: file(location) })).rejects.toMatchObject(
          fellSilent(reason),
        )
        proxy.reset()
        await untilNoConnection(server)
        expect((await server.query(`SELECT FROM pg_class WHERE relname = 'items'`, target)).rowCount).toBe(0)
      })
    }
  })
}

test('a connection that the server ended without our hearing of it', async () => {
  const { folder, location } = await prepare(server, database)
  let killed: Promise<unknown> | undefined
  proxy.when('server', inTheRows, () => {
    proxy.stall({ sparesNew: true })
    killed = server.query(`SELECT pg_terminate_backend(pid) FROM (${backendsSql}) ours`)
  })
  const failing = expect(backup({ engine: through(database), to: file(location) })).rejects
  await failing.toMatchObject(fellSilent('the server has ended it'))
  await killed
  proxy.reset()
  await expectNothingLeft(server, folder)
})

describe('silence that means nothing', () => {
  /** Sees connections come and go that ask after a backend: each shows that the time allowed has passed once more. */
  async function untilAskedAfter(times: number): Promise<void> {
    const { client } = await openSession(server)
    const asking = `SELECT pid FROM pg_stat_activity WHERE application_name = '${applicationName}' AND query ~ 'waitsFor'`
    const seen = new Set<number>()
    while (seen.size < times) for (const { pid } of (await client.query(asking)).rows) seen.add(pid)
  }

  /** A restore whose statement waits for a lock until `release`. */
  async function waitingRestore() {
    const target = await databaseWith(server, 'CREATE TABLE locked (x int)')
    const { client: blocker } = await openSession(server, target)
    await blocker.query('BEGIN; LOCK TABLE locked')
    async function* script() {
      yield Buffer.from('SET client_encoding = UTF8;\nCREATE INDEX i ON public.locked (x);\n')
      yield Buffer.from('--\n-- PostgreSQL database dump complete\n--\n')
    }
    const restoring = restore({ engine: through(target), from: script() })
    return { restoring, release: () => blocker.query('ROLLBACK') }
  }

  test('a statement that takes long is left alone, however often the time has passed', async () => {
    const { restoring, release } = await waitingRestore()
    await untilAskedAfter(5)
    await release()
    expect(await restoring).toMatchObject({ statements: 2 })
  })

  test('a destination that is slow is no fault of the server', async () => {
    const { restoring, release } = await waitingRestore()
    const folder = await tempFolder()
    const to = file(`${folder}/backup.sql`)
    let isHeld = false
    async function* slowly(body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        if (chunk.byteLength > 10_000 && !isHeld) {
          isHeld = true
          // The other run tells the time.
          await untilAskedAfter(5)
        }
        yield chunk
      }
    }
    const slow = { ...to, write: (key: string, body: AsyncIterable<Uint8Array>) => to.write(key, slowly(body)) }
    await backup({ engine: through(database), to: slow, compression: 'none' })
    expect(isHeld).toBe(true)
    await release()
    await restoring
    const rows = (await readFile(`${folder}/backup.sql`, 'latin1')).split('\n').filter((line) => line.startsWith('xxx'))
    expect(rows).toHaveLength(tableBytes / 1000)
  })

  test('nor is a source that is slow', async () => {
    const { restoring, release } = await waitingRestore()
    const target = await databaseWith(server, 'CREATE TABLE slow (x int)')
    async function* script() {
      yield Buffer.from('COPY public.slow (x) FROM stdin;\n1\n')
      await untilAskedAfter(5)
      yield Buffer.from('2\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n')
    }
    expect(await restore({ engine: through(target), from: script() })).toMatchObject({ rows: 2 })
    await release()
    await restoring
  })
})

test('a connection whose path is dead can be ended', async () => {
  const connector = createConnector(resolveOptions({ connectionString: server.url(), port: proxy.port, ...impatient }))
  const client = await connector.connect(never)
  proxy.stall()
  await client.end()
  proxy.reset()
  await untilNoConnection(server)
})

test('the kernel keeps connections alive within a minute', async () => {
  const connector = createConnector(resolveOptions({ connectionString: server.url(), applicationName }))
  const client = await connector.connect(never)
  const { localPort = 0 } = client.connection.stream as Socket
  const local = `0100007F:${localPort.toString(16).toUpperCase().padStart(4, '0')}`
  // proc(5): the timer is 01 while bytes await their acknowledgement, 02 is keep-alive; its time is in hundredths of a second.
  const timer = async () => {
    const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/))
    return lines.find((fields) => fields[1] === local)?.[5]?.split(':')
  }
  let [kind, due = ''] = (await timer()) ?? []
  // The list is read in pieces: while others come and go a connection may be in none of them.
  while (kind === undefined || kind === '01') [kind, due = ''] = (await timer()) ?? []
  expect(kind).toBe('02')
  expect(Number.parseInt(due, 16)).toBeLessThanOrEqual(6000)
  await client.end()
})
