import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { databaseWith, openSession, untilNoConnection, untilSomeoneWaits } from '../snapshot/run-backup.ts'
import { dumpOf, rejection, streamOf, targetAt } from './target.ts'

let server: TestServer
let blocker: Awaited<ReturnType<typeof openSession>>['client']
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

const enough = new Error('enough')
const databases = async () =>
  (await server.query('SELECT datname FROM pg_database ORDER BY 1')).rows.map(({ datname }) => datname)
let before: string[]
beforeEach(async () => {
  await databaseWith(server, 'SELECT 1')
  before = await databases()
  blocker = (await openSession(server)).client
  // The server makes the new database's files, and waits before it says so in its catalogue.
  await blocker.query('BEGIN; LOCK TABLE pg_database IN SHARE MODE')
})
afterEach(() => blocker.query('ROLLBACK'))

test.each(['createDatabase', 'intoNew'] as const)('an abort while the database is created: %s', async (how) => {
  const controller = new AbortController()
  const target = targetAt(server, how === 'intoNew' ? (before.at(-1) ?? '') : 'never_made')
  const restoring = rejection(target.restore(streamOf(dumpOf('SELECT 1;')), { [how]: true, signal: controller.signal }))
  await untilSomeoneWaits(blocker)
  controller.abort(enough)
  // While the lock is still held: the server is told.
  expect(await restoring).toBe(enough)
  await untilNoConnection(server)
  await blocker.query('ROLLBACK')
  expect(await databases()).toEqual(before)
})

test('a database that is there by the time the server is told is dropped again', async () => {
  const controller = new AbortController()
  const target = targetAt(server, 'made_in_vain')
  const restoring = rejection(
    target.restore(streamOf(dumpOf('SELECT 1;')), {
      createDatabase: true,
      signal: controller.signal,
      log: { debug: (said) => said.startsWith('CREATE DATABASE') && controller.abort(enough) },
    }),
  )
  await untilSomeoneWaits(blocker)
  await blocker.query('ROLLBACK')
  expect(await restoring).toBe(enough)
  await untilNoConnection(server)
  expect(await databases()).toEqual(before)
})
