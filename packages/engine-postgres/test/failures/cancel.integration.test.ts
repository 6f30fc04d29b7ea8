import { chmod, chown, copyFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancellingOnAbort } from '../../src/connection/cancel-on-abort.ts'
import { createConnector } from '../../src/connection/connect.ts'
import { type PostgresOptions, resolveOptions } from '../../src/options.ts'
import { proxied } from '../definitions/session.ts'
import { applicationName, openSession, untilNoConnection, untilSomeoneWaits } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  // A certificate for localhost, made for these tests.
  const owner = await stat(server.dataDir)
  for (const name of ['server.crt', 'server.key']) {
    const file = path.join(server.dataDir, name)
    await copyFile(path.join(import.meta.dirname, 'tls', name), file)
    await chmod(file, 0o600)
    await chown(file, owner.uid, owner.gid)
  }
  await server.query('ALTER SYSTEM SET ssl = on')
  await server.query('SELECT pg_reload_conf()')
})
afterAll(() => server.stop())

/** A statement that waits for a lock on such a connection is aborted; resolves when the server has ended it, with the lock still held. */
async function abortWaiting(options: PostgresOptions): Promise<void> {
  const blocker = await openSession(server)
  await blocker.client.query('BEGIN; LOCK TABLE pg_event_trigger')
  const controller = new AbortController()
  const given = { user: 'postgres', database: 'postgres', applicationName, ...options }
  const client = await cancellingOnAbort(createConnector(resolveOptions(given))).connect(controller.signal)
  const waiting = client.query('SELECT FROM pg_event_trigger').catch((error: unknown) => error)
  await untilSomeoneWaits(blocker.client)
  controller.abort(new Error('enough'))
  expect(await waiting).toBeInstanceOf(Error)
  await untilNoConnection(server)
  await client.end()
}

test('over TCP', () => abortWaiting({ host: '127.0.0.1', port: server.port, sslMode: 'disable' }))

test('over a unix socket', () => abortWaiting({ host: path.dirname(server.dataDir), port: server.port }))

test('over TLS, by which the key of the request is not to be seen', async () => {
  const cancelRequest = Buffer.from('04d2162e', 'hex')
  let requests = 0
  let connections = 0
  const port = await proxied(server.port, (chunk) => {
    if (chunk.includes(cancelRequest)) requests += 1
    if (chunk.includes(Buffer.from('04d2162f', 'hex'))) connections += 1
  })
  await abortWaiting({ host: '127.0.0.1', port, sslMode: 'require' })
  expect({ requests, connections }).toEqual({ requests: 0, connections: 2 })
})
