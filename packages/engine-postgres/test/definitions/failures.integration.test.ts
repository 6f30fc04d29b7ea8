import { isPgarkError, type PgarkErrorLike } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, connected, dump, exportedSnapshot, proxied, rejection, untilWaiting } from './session.ts'

/** A message of pg_dump's that a proxy can see: its first query of the catalogues. */
const CATALOGUE_QUERY = 'pg_catalog.pg_class'

async function failure(promise: Promise<unknown>): Promise<PgarkErrorLike> {
  const error = await rejection(promise)
  if (!isPgarkError(error)) throw error
  return error
}

for (const major of [13, 18] as const) {
  describe(`what goes wrong with PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query('CREATE ROLE reader LOGIN; CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO reader')
      await server.query("CREATE TABLE app.secret (card text DEFAULT 'canary-5105105105105100')")
    })
    afterAll(() => server.stop())

    test('a table without permission is named', async () => {
      const client = await connected({ ...at(server), user: 'reader' })
      const error = await failure(dump(server, 'postgres', { client }))
      expect(error.code).toBe('ENGINE.PG_DUMP')
      expect(error.message).toBe(
        'pg_dump failed: query failed: ERROR: permission denied for table secret (while it locked app.secret)',
      )
      expect(error.meta).toEqual({ tables: ['app.secret'] })
      expect(error.hint).toContain('Grant SELECT')
    })

    test('a table that stays locked is named, within the time allowed', async () => {
      const locker = await connected(at(server))
      await locker.query('BEGIN; LOCK TABLE app.secret IN ACCESS EXCLUSIVE MODE')
      const error = await failure(dump(server, 'postgres', { lockTimeoutMs: 50 }))
      expect(error).toMatchObject({ code: 'ENGINE.PG_DUMP', retryable: true, meta: { tables: ['app.secret'] } })
      expect(error.message).toMatch(/^pg_dump failed: .*timeout \(while it locked app\.secret\)$/)
    })

    test('nothing of a statement, detail or context is told', async () => {
      // A parameter of pg_dump that the server refuses, with the query that has it.
      const error = await failure(dump(server, 'postgres', { args: ['--role', 'canary-role-x'] }))
      expect(error.code).toBe('ENGINE.PG_DUMP')
      expect(`${error.message}${error.hint}${JSON.stringify(error.meta)}`).not.toMatch(/SET ROLE|DETAIL|Query was/i)
    })

    test('a selection that matches nothing', async () => {
      const error = await failure(dump(server, 'postgres', { args: ['--strict-names', '--table', 'nowhere'] }))
      expect(error.message).toBe('pg_dump failed: no matching tables were found for pattern "nowhere"')
    })

    test('a snapshot that is gone', async () => {
      const error = await failure(dump(server, 'postgres', { snapshot: '00000003-0000001B-1' }))
      expect(error).toMatchObject({ code: 'ENGINE.PG_DUMP', message: expect.stringContaining('snapshot') })
    })

    test('a backend that is terminated while pg_dump waits', async () => {
      const locker = await connected(at(server))
      await locker.query('BEGIN; LOCK TABLE app.secret IN ACCESS EXCLUSIVE MODE')
      const client = await connected(at(server))
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const failing = failure(dump(server, 'postgres', { client }))
      await untilWaiting(locker)
      await locker.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
      expect(await failing).toMatchObject({
        code: 'ENGINE.CONNECTION_LOST',
        message:
          'The connection to the server was lost while pg_dump read the definitions: terminating connection due to administrator command',
        meta: { sqlState: '57P01' },
        retryable: true,
      })
    })

    test('a socket that is cut while pg_dump asks', async () => {
      const port = await proxied(server.port, (chunk, { client }) => {
        if (chunk.includes(CATALOGUE_QUERY)) client.resetAndDestroy()
      })
      const client = await connected({ ...at(server), port })
      const error = await failure(dump(server, 'postgres', { client }))
      expect(error).toMatchObject({ code: 'ENGINE.CONNECTION_LOST', retryable: true })
    })

    test('a server that falls silent', async () => {
      const port = await proxied(server.port, (chunk, { client, upstream }) => {
        if (chunk.includes(CATALOGUE_QUERY)) upstream.unpipe(client)
      })
      const client = await connected({ ...at(server), port })
      const error = await failure(dump(server, 'postgres', { client, idleTimeoutMs: 500 }))
      expect(error).toMatchObject({
        code: 'ENGINE.TIMEOUT',
        message: 'The server sent nothing for 500 ms while pg_dump waited for an answer',
        retryable: true,
      })
    })

    test('a server that is silent from the first query on', async () => {
      const port = await proxied(server.port, (chunk, { client, upstream }) => {
        if (chunk.includes('current_setting')) upstream.unpipe(client)
      })
      const client = await connected({ ...at(server), port })
      const snapshot = await exportedSnapshot(server)
      expect(await failure(dump(server, 'postgres', { client, snapshot, idleTimeoutMs: 500 }))).toMatchObject({
        code: 'ENGINE.TIMEOUT',
      })
    })
  })
}
