import type { ConsentQuestion, RunEvent } from '@pgark/core'
import { databaseContent, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dumpOf, rejection, streamOf } from '../restore/target.ts'
import { databaseWith, openSession } from '../snapshot/run-backup.ts'
import {
  type Backup,
  backupOf,
  beforeRows,
  coded,
  content,
  databases,
  dropRestoring,
  former,
  restoring,
  untouched,
} from './beside.ts'

let server: TestServer
let source: string
let target: string
let backup: Backup
beforeAll(async () => {
  server = await startServer(17, {
    settings: { max_prepared_transactions: '5', wal_level: 'logical', autovacuum: 'off' },
  })
  await server.query('CREATE ROLE app LOGIN')
  source = await databaseWith(server, content)
})
afterAll(() => server.stop())
beforeEach(async () => {
  target = await databaseWith(server, former)
  backup = await backupOf(server, source, 'directory')
})

describe('a failure leaves the target as it was, and nothing beside it', () => {
  test.each(['directory', 'plain'])('while rows are on their way: %s', async (format) => {
    const other = await backupOf(server, source, format)
    await untouched(server, target, async () => {
      const failing = new Error('gone')
      const error = await rejection(
        other.into(target, {
          through: (from) => ({
            ...from,
            capabilities: { ...from.capabilities, local: false },
            async *read(key, options) {
              for await (const chunk of from.read(key, options)) {
                if ((await restoring(server)).length > 0) throw failing
                yield chunk
              }
            },
          }),
        }),
      )
      expect(error).toBe(failing)
    })
  })

  test('a statement', () =>
    untouched(server, target, async () => {
      const script = dumpOf('CREATE TABLE public.x (y int);\nCREATE TABLE public.x (y int);')
      expect(await rejection(backup.into(target, { from: streamOf(script) }))).toMatchObject({ code: 'REFUSED.EXISTS' })
    }))

  test('an abort', () =>
    untouched(server, target, async () => {
      const stop = new AbortController()
      const reason = new Error('enough')
      const through = beforeRows(async () => stop.abort(reason))
      expect(await rejection(backup.into(target, { through, signal: stop.signal }))).toBe(reason)
    }))

  test.each(['database', 'phase swap'])('what the caller throws when told of it: %s', (told) =>
    untouched(server, target, async () => {
      const reason = new Error('no more')
      const onEvent = (event: RunEvent) => {
        if (told === (event.type === 'phase' ? `phase ${event.name}` : event.type)) throw reason
      }
      expect(await rejection(backup.into(target, { onEvent }))).toBe(reason)
    }),
  )

  test('a difference: no names are swapped, and the report says so', () =>
    untouched(server, target, async () => {
      // The larger table is there when the rows of the other one are asked for.
      const through = beforeRows(async (file) => {
        if (file === 2) await server.query("UPDATE large SET note = 'other' WHERE id = 7", (await restoring(server))[0])
      })
      const { findings, replaced } = await backup.into(target, { through, jobs: 1 })
      expect(findings).toMatchObject([
        { code: 'COMPARE.DIGEST', severity: 'error' },
        { code: 'RESTORE.NOT_SWAPPED', severity: 'error', message: expect.stringMatching(/was dropped again\.$/) },
      ])
      expect(replaced).toBeUndefined()
    }))

  test('what differs is kept where no transaction was asked for', async () => {
    const through = beforeRows(async (file) => {
      if (file === 2) await server.query('DELETE FROM large WHERE id = 7', (await restoring(server))[0])
    })
    const { findings, database } = await backup.into(target, { through, jobs: 1, singleTransaction: false })
    expect(findings.at(-1)).toMatchObject({ code: 'RESTORE.NOT_SWAPPED', message: expect.stringContaining('was kept') })
    expect(await restoring(server)).toEqual([database])
    await dropRestoring(server)
  })
})

test('what cannot be read back takes no other place, unless nothing is to be read back', async () => {
  const secret = 'CREATE TABLE secret (id int); ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
  const other = await backupOf(server, await databaseWith(server, `${content}; ${secret}`), 'directory')
  await server.query(`ALTER ROLE app CREATEDB; ALTER DATABASE ${target} OWNER TO app`)
  const [before, rows] = [(await databases(server))[target], await databaseContent(server, target)]
  const into = { postgres: { user: 'app' }, noOwner: true }
  const error = await rejection(other.into(target, into))
  expect(error).toMatchObject({ code: 'RESTORE.NOT_COMPARED', meta: { database: (await restoring(server))[0] } })
  expect([(await databases(server))[target], await databaseContent(server, target)]).toEqual([before, rows])
  await dropRestoring(server)
  expect(await other.into(target, { ...into, verify: false })).toMatchObject({ replaced: { drop: expect.any(String) } })
  await server.query('ALTER ROLE app NOCREATEDB')
})

describe('before anything is done', () => {
  test('a target that is not there', () =>
    untouched(server, target, async () => {
      const error = coded(await rejection(backup.into('nowhere')))
      expect(error).toMatchObject({ code: 'REFUSED.NO_DATABASE', hint: expect.stringContaining('--create-database') })
    }))

  test('sessions that nobody agrees to end are named', () =>
    untouched(server, target, async () => {
      const { pid, client } = await openSession(server, target)
      for (const consent of [undefined, async () => false]) {
        const error = await rejection(backup.into(target, consent && { consent }))
        expect(error).toMatchObject({
          code: 'REFUSED.IN_USE',
          message: expect.stringContaining(`${target} is in use by 1 session: process ${pid} (user postgres`),
        })
      }
      expect((await client.query('SELECT 1')).rowCount).toBe(1)
    }))

  test('prepared transactions', () =>
    untouched(server, target, async () => {
      const { client } = await openSession(server, target)
      await client.query("BEGIN; INSERT INTO small VALUES (9, 'x'); PREPARE TRANSACTION 'half'")
      await client.end()
      const error = await rejection(backup.into(target))
      await server.query("ROLLBACK PREPARED 'half'", target)
      expect(error).toMatchObject({ code: 'REFUSED.IN_USE', message: expect.stringContaining(': half.') })
    }))

  test('rights, all at once; a role that may not set what is set', () =>
    untouched(server, target, async () => {
      const { client } = await openSession(server, target)
      const into = () => rejection(backup.into(target, { postgres: { user: 'app' } }))
      expect(coded(await into()).meta.problems).toMatchObject([
        { code: 'REFUSED.CREATE' },
        { code: 'REFUSED.OWNER' },
        { code: 'REFUSED.IN_USE', message: expect.stringContaining('may not end') },
      ])
      await client.end()
      const owned = await databaseWith(server, former)
      await server.query(`ALTER ROLE app CREATEDB; ALTER DATABASE ${owned} OWNER TO app;
        ALTER ROLE postgres IN DATABASE ${owned} SET work_mem TO '5MB'`)
      const error = await rejection(backup.into(owned, { postgres: { user: 'app' } }))
      await server.query(`DROP DATABASE ${owned}`)
      await server.query('ALTER ROLE app NOCREATEDB')
      expect(error).toMatchObject({
        code: 'REFUSED.OWNER',
        message: expect.stringMatching(/cannot be made like .*: ALTER ROLE fails, permission denied/),
      })
    }))

  test('a dry run looks at all of it, and tells who is there', () =>
    untouched(server, target, async () => {
      await openSession(server, target)
      const asked: ConsentQuestion[] = []
      const consent = async (question: ConsentQuestion) => asked.push(question) > 0
      const report = await backup.into(target, { dryRun: true, consent })
      expect(report).toMatchObject({ database: target, dryRun: true, rows: 2001 })
      expect(report.findings).toMatchObject([{ severity: 'warning', code: 'RESTORE.DESTROYS' }])
      expect(asked).toEqual([])
      expect(await rejection(backup.into('nowhere', { dryRun: true }))).toMatchObject({ code: 'REFUSED.NO_DATABASE' })
    }))
})
