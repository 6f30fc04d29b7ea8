import type { ConsentQuestion, RunEvent } from '@pgark/core'
import { databaseContent, startServer, type TestServer } from '@pgark/test-servers'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { connected, databaseWith, openSession, untilNoConnection } from '../snapshot/run-backup.ts'
import {
  type Backup,
  backupOf,
  beforeRows,
  besideName,
  coded,
  content,
  databases,
  dropRestoring,
  former,
  keptName,
  oidOf,
  restoring,
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

describe('names are swapped', () => {
  test('by the owner, who is no superuser', async () => {
    await server.query(
      `ALTER ROLE app CREATEDB; ALTER DATABASE ${target} OWNER TO app; ALTER DATABASE ${target} SET work_mem TO '5MB'`,
    )
    const oid = await oidOf(server, target)
    const { replaced } = await backup.into(target, { postgres: { user: 'app' }, noOwner: true })
    await server.query('ALTER ROLE app NOCREATEDB')
    expect(replaced?.keptAs).toMatch(keptName(target))
    expect(await oidOf(server, replaced?.keptAs ?? '')).toBe(oid)
    expect((await server.query('SELECT count(*)::int AS rows FROM large', target)).rows).toEqual([{ rows: 2000 }])
  })

  test('once the sessions there have been ended, which is asked for once and tells whose', async () => {
    const { client, pid } = await openSession(server, target)
    await openSession(server, target)
    const asked: ConsentQuestion[] = []
    const { replaced } = await backup.into(target, { consent: async (question) => asked.push(question) > 0 })
    expect(asked).toMatchObject([{ database: target, action: `end 2 sessions in ${target}` }])
    expect(asked[0]?.sentence).toContain(`process ${pid} (user postgres`)
    await expect(client.query('SELECT 1')).rejects.toThrow()
    expect(replaced?.keptAs).toMatch(keptName(target))
  })

  test('while an application connects again and again: it lands in the new database', async () => {
    const old = await oidOf(server, target)
    /** Connects anew whenever it was sent away, until it is somewhere else. */
    const application = async () => {
      for (;;) {
        const client = await connected(server, target).catch(() => undefined)
        if (!client) continue
        const ended = new Promise<void>((resolve) => client.once('end', resolve))
        const asked = await client
          .query('SELECT oid FROM pg_database WHERE datname = current_database()')
          .catch(() => undefined)
        if (asked && asked.rows[0].oid !== old) return await client.end()
        await ended
      }
    }
    const applications = [application(), application(), application()]
    const { client: observer } = await openSession(server)
    const inside = `SELECT FROM pg_stat_activity WHERE datid = ${old}`
    while ((await observer.query(inside)).rowCount !== applications.length);
    const { replaced } = await backup.into(target, { consent: async () => true })
    expect(await oidOf(server, replaced?.keptAs ?? '')).toBe(old)
    expect((await observer.query(inside)).rowCount).toBe(0)
    await Promise.all(applications)
  })

  test('with replication slots of the old database, which are told', async () => {
    await server.query("SELECT pg_create_logical_replication_slot('stays', 'pgoutput')", target)
    const events: RunEvent[] = []
    const { replaced } = await backup.into(target, { onEvent: (event) => events.push(event) })
    expect(events.find((event) => event.type === 'warning')).toMatchObject({
      code: 'RESTORE.REPLICATION',
      message: expect.stringContaining('stays'),
    })
    expect(events).toContainEqual({ type: 'database', name: expect.stringMatching(besideName), replaces: target })
    await server.query("SELECT pg_drop_replication_slot('stays')", replaced?.keptAs)
  })
})

describe('who comes while rows are restored', () => {
  /** A session in the target that was not there when it was looked at. */
  const arriving = () => {
    const arrived: { pid?: number; client?: pg.Client } = {}
    const through = beforeRows(async (file) => {
      if (file === 1) Object.assign(arrived, await openSession(server, target))
    })
    return { arrived, through }
  }

  test('is in the way where nobody agrees: the new database stays, with the statements that are left', async () => {
    const { arrived, through } = arriving()
    await server.query(`ALTER DATABASE ${target} WITH CONNECTION LIMIT 7`)
    const old = await oidOf(server, target)
    const error = coded(await rejection(backup.into(target, { through })))
    const [made = ''] = await restoring(server)
    expect(error).toMatchObject({ code: 'RESTORE.SWAP', meta: { database: made } })
    for (const told of [`process ${arrived.pid}`, made, 'was not touched']) expect(error.message).toContain(told)
    for (const statement of error.meta.statements as string[]) expect(error.hint).toContain(`${statement};`)
    expect(await oidOf(server, target)).toBe(old)
    await arrived.client?.end()
    await untilNoConnection(server)
    const [was, now] = [await databaseContent(server, target), await databaseContent(server, source)]
    for (const statement of error.meta.statements as string[]) await server.query(statement)
    expect(await databaseContent(server, target)).toEqual(now)
    const [kept = ''] = Object.keys(await databases(server)).filter((name) => keptName(target).test(name))
    expect(await databaseContent(server, kept)).toEqual(was)
    expect((await databases(server))[target]).toMatchObject({ datconnlimit: 7 })
  })

  test('is asked about then', async () => {
    const { arrived, through } = arriving()
    const asked: ConsentQuestion[] = []
    const { replaced } = await backup.into(target, { through, consent: async (question) => asked.push(question) > 0 })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.sentence).toContain(`process ${arrived.pid}`)
    expect(replaced?.keptAs).toMatch(keptName(target))
  })

  test('a prepared transaction cannot be ended', async () => {
    const through = beforeRows(async (file) => {
      if (file === 1) await server.query("BEGIN; INSERT INTO small VALUES (9, 'x'); PREPARE TRANSACTION 'late'", target)
    })
    const error = coded(await rejection(backup.into(target, { through, consent: async () => true })))
    await server.query("ROLLBACK PREPARED 'late'", target)
    expect(error).toMatchObject({ code: 'RESTORE.SWAP', message: expect.stringContaining('late') })
    await dropRestoring(server)
  })
})
