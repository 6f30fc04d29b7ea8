import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpOf, rejection, type Target, targetAt, targetWith } from '../restore/target.ts'
import { untilNoConnection } from '../snapshot/run-backup.ts'

const megabyte = 1024 * 1024
let server: TestServer
let target: Target
beforeAll(async () => {
  // A limit on the size of a file binds every user, and to the server is what a full disk is. A disk that is full: see test/oracle.
  server = await startServer(17, { maxFileBytes: 20 * megabyte })
  target = await targetWith(server)
})
afterAll(() => server.stop())

/** A table of that size, as it is made while it is read. */
async function* rows(bytes: number) {
  yield Buffer.from('CREATE TABLE public.items (note text);\nCOPY public.items (note) FROM stdin;\n')
  const row = `secret${'x'.repeat(1000)}\n`
  for (let at = 0; at < bytes; at += row.length * 100) yield Buffer.from(row.repeat(100))
  yield Buffer.from(dumpOf('\\.\n'))
}

test('a server that cannot extend a table amid its rows: named, rolled back, and no value told', async () => {
  const error = await rejection(target.restore(rows(30 * megabyte)))
  expect(error).toMatchObject({
    code: 'RESTORE.STATEMENT',
    message: expect.stringMatching(
      /^Line \d+: COPY public\.items failed, everything was rolled back: could not extend file .*\.$/,
    ),
  })
  expect(String(error)).not.toContain('secret')
  expect(await target.objects()).toEqual([])
  await untilNoConnection(server)
})

test('a database that was made for it is dropped again', async () => {
  const created = targetAt(server, 'made_in_vain')
  await rejection(created.restore(rows(30 * megabyte), { createDatabase: true }))
  expect((await server.query("SELECT FROM pg_database WHERE datname = 'made_in_vain'")).rowCount).toBe(0)
})

test('what fits is restored', async () => {
  expect(await target.restore(rows(5 * megabyte))).toMatchObject({ findings: [] })
})
