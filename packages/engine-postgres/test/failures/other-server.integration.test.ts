import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchSilence } from '../../src/connection/watch-silence.ts'
import { connected, openSession } from '../snapshot/run-backup.ts'

let server: TestServer
let other: TestServer
beforeAll(async () => {
  ;[server, other] = await Promise.all([startServer(16), startServer(16)])
})
afterAll(() => Promise.all([server.stop(), other.stop()]))

/** A statement that waits for a lock until the server was asked five times about it. */
async function outcomeWhenAsked(where: TestServer): Promise<unknown> {
  const { client: blocker } = await openSession(server)
  await blocker.query('SELECT pg_advisory_lock(1)')
  const client = await connected(server)
  const wire = client.connection.stream
  const asked = Promise.withResolvers<void>()
  let times = 0
  await watchSilence(client, wire, {
    target: 'somewhere',
    idleTimeoutMs: 50,
    connectTimeoutMs: 10_000,
    createProbe() {
      times += 1
      if (times === 5) asked.resolve()
      return new pg.Client({ connectionString: where.url() })
    },
  })
  const waiting = client.query('SELECT pg_advisory_lock(1)').then(
    ({ rowCount }) => rowCount,
    (error) => error,
  )
  await asked.promise
  await blocker.query('SELECT pg_advisory_unlock(1)')
  const outcome = await waiting
  await client.end()
  return outcome
}

test('one server of several behind an address is not asked about a connection to another', async () => {
  expect(await outcomeWhenAsked(other)).toBe(1)
})

test('the server itself knows that its statement waits for a lock', async () => {
  expect(await outcomeWhenAsked(server)).toBe(1)
})
