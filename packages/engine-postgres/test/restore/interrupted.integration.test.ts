import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applicationName, openSession, untilNoConnection, untilSomeoneWaits } from '../snapshot/run-backup.ts'
import { dumpOf, rejection, type Target, targetAt, targetWith } from './target.ts'

const head = 'CREATE TABLE public.items (id integer, note text);\nCOPY public.items (id, note) FROM stdin;\n'
const row = `1\t${'x'.repeat(1000)}\n`
const rowsPerPiece = 100

/** A script of many rows that is made while it is read. `pieces` tells how far it was read. */
function script(at: (piece: number) => Promise<void> | void, begin = head, pieces = 500) {
  const told = { pieces: 0, isClosed: false }
  const closed = Promise.withResolvers<void>()
  async function* body() {
    try {
      yield Buffer.from(begin)
      for (let piece = 0; piece < pieces; piece++) {
        await at(piece)
        told.pieces += 1
        yield Buffer.from(row.repeat(rowsPerPiece))
      }
      yield Buffer.from(dumpOf('\\.\n'))
    } finally {
      told.isClosed = true
      closed.resolve()
    }
  }
  return { body: body(), told, closed: closed.promise }
}

let server: TestServer
let target: Target
beforeAll(async () => {
  server = await startServer(18)
  target = await targetWith(server)
})
afterAll(() => server.stop())
async function expectUntouched() {
  expect(await target.objects()).toEqual([])
  await untilNoConnection(server)
}
const enough = new Error('enough')
/** A file is never read without waiting; only so does the process see what the server says meanwhile. */
const aTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('a restore that is aborted amid its rows ends with the reason and is rolled back', async () => {
  const controller = new AbortController()
  const { body, told } = script((piece) => (piece === 50 ? controller.abort(enough) : undefined))
  expect(await rejection(target.restore(body, { signal: controller.signal }))).toBe(enough)
  expect(told.pieces).toBeLessThan(500)
  expect(told.isClosed).toBe(true)
  await expectUntouched()
})

test('a restore that is aborted while it waits for a lock ends with the reason', async () => {
  const locked = await targetWith(server, 'CREATE TABLE locked (x int)')
  const blocker = await openSession(server, locked.database)
  await blocker.client.query('BEGIN; LOCK TABLE locked')
  const controller = new AbortController()
  async function* body() {
    yield Buffer.from(dumpOf('CREATE INDEX i ON public.locked (x);'))
  }
  const restoring = rejection(locked.restore(body(), { signal: controller.signal }))
  await untilSomeoneWaits(blocker.client)
  controller.abort(enough)
  expect(await restoring).toBe(enough)
  // While the lock is still held: the server is told, and does not wait on for nobody.
  await untilNoConnection(server)
  await blocker.client.query('ROLLBACK')
  expect(await locked.objects()).toEqual(['locked'])
})

test('a restore that was aborted before it began', async () => {
  const { body, told } = script(() => {})
  expect(await rejection(target.restore(body, { signal: AbortSignal.abort(enough) }))).toBe(enough)
  expect(told.pieces).toBe(0)
  await expectUntouched()
})

test('an abort while the restore is being committed: nobody knows the outcome, and the abort is the cause', async () => {
  const trigger = `CREATE TABLE slow (x int);
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()`
  const slow = await targetWith(server, trigger)
  const blocker = await openSession(server, slow.database)
  await blocker.client.query('SELECT pg_advisory_lock(1)')
  const controller = new AbortController()
  async function* body() {
    yield Buffer.from(dumpOf('INSERT INTO public.slow VALUES (1);'))
  }
  const restoring = rejection(slow.restore(body(), { signal: controller.signal }))
  await untilSomeoneWaits(blocker.client)
  controller.abort(enough)
  expect(await restoring).toMatchObject({
    code: 'RESTORE.COMMIT_UNKNOWN',
    message: expect.stringContaining('was ended while it was being committed'),
    cause: enough,
  })
  await untilNoConnection(server)
})

test('an aborted restore takes the database that it created back', async () => {
  const controller = new AbortController()
  const { body } = script((piece) => (piece === 50 ? controller.abort(enough) : undefined))
  const created = targetAt(server, 'created_in_vain')
  expect(await rejection(created.restore(body, { signal: controller.signal, createDatabase: true }))).toBe(enough)
  expect((await server.query("SELECT FROM pg_database WHERE datname = 'created_in_vain'")).rowCount).toBe(0)
})

test('a backend that is terminated amid the rows', async () => {
  const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${applicationName}'`
  const { body, closed } = script(async (piece) => {
    if (piece === 50) await server.query(terminate)
  })
  expect(await rejection(target.restore(body))).toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
  // It may still wait for the answer of its own query.
  await closed
  await expectUntouched()
})

test('a backend that is gone when the next statement is looked at', async () => {
  async function* body() {
    yield Buffer.from('CREATE TABLE public.items (id integer);\n')
    const gone = `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = '${applicationName}'`
    await server.query(gone)
    yield Buffer.from(dumpOf('SET some_setting = on;\n'))
  }
  expect(await rejection(target.restore(body()))).toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
  await expectUntouched()
})

test('a source that fails amid the rows: its own error, rolled back', async () => {
  for (const error of [enough, Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })]) {
    const { body } = script((piece) => {
      if (piece === 50) throw error
    })
    expect(await rejection(target.restore(body))).toBe(error)
    await expectUntouched()
  }
})

test('rows that the server refuses are not read on', async () => {
  const bad = `${head}none\tx\n`
  // Without an end: only who stops reading comes to one.
  const { body, told } = script(aTurn, bad, Number.POSITIVE_INFINITY)
  expect(await rejection(target.restore(body))).toMatchObject({ code: 'RESTORE.STATEMENT', meta: { line: 3 } })
  expect(told.isClosed).toBe(true)
  await expectUntouched()
})

test('a COPY that the server refuses does not ask for its rows', async () => {
  const { body, told } = script(aTurn, 'COPY public.nowhere (id, note) FROM stdin;\n')
  expect(await rejection(target.restore(body))).toMatchObject({
    code: 'RESTORE.STATEMENT',
    meta: { sqlstate: '42P01' },
  })
  expect(told.pieces).toBeLessThan(500)
  await expectUntouched()
})

test('all rows arrive when nothing happens, however fast they come', async () => {
  const { body } = script(() => {})
  const whole = await targetWith(server)
  expect(await whole.restore(body)).toMatchObject({ rows: 500 * rowsPerPiece })
  expect(await whole.query('SELECT count(*)::int FROM items')).toEqual([{ count: 500 * rowsPerPiece }])
})
