import type { RunEvent } from '@pgark/core'
import { databaseContent, type Side, startFaultyProxy, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { resolveOptions } from '../../src/options.ts'
import { hasSwapped } from '../../src/restore/into-new/swap-outcome.ts'
import { rejection } from '../restore/target.ts'
import { databaseWith, openSession, untilNoConnection, untilSomeoneWaits } from '../snapshot/run-backup.ts'
import {
  type Backup,
  backupOf,
  beforeRows,
  coded,
  content,
  databases,
  dropRestoring,
  former,
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

describe('the connection that swaps is lost', () => {
  test('between the two names, by a killed backend: both are as they were', async () => {
    const { client: locker } = await openSession(server)
    const { client: observer } = await openSession(server)
    const before = (await databases(server))[target]
    // The new database cannot be renamed while somebody else speaks of it; the target is renamed by then.
    const through = beforeRows(async (file) => {
      if (file === 1) await locker.query(`BEGIN; COMMENT ON DATABASE "${(await restoring(server))[0]}" IS 'mine'`)
    })
    const restore = rejection(backup.into(target, { through, postgres: { lockTimeoutMs: 300_000 } }))
    const pid = await untilSomeoneWaits(observer)
    await observer.query('SELECT pg_terminate_backend($1)', [pid])
    expect(await restore).toMatchObject({ code: 'RESTORE.SWAP', meta: { database: (await restoring(server))[0] } })
    await locker.query('ROLLBACK')
    expect((await databases(server))[target]).toEqual(before)
    await server.query('SELECT 1', target)
    await dropRestoring(server)
  })

  test('anywhere: the names are swapped or not, and what is told is what is', async () => {
    const proxy = await startFaultyProxy(server.port)
    onTestFinished(() => proxy.stop())
    const plain = await backupOf(server, source, 'plain')
    const run = async (cut?: { side: Side; byte: number }) => {
      await server.query('DROP DATABASE IF EXISTS swapped')
      await server.createDatabase('swapped')
      const [old, base] = [await oidOf(server, 'swapped'), { client: 0, server: 0 }]
      const onEvent = (event: RunEvent) => {
        if (event.type !== 'phase' || event.name !== 'swap') return
        Object.assign(base, proxy.passed)
        if (cut) proxy.when(cut.side, base[cut.side] + cut.byte, () => proxy.cut('reset'))
      }
      const result = await plain
        .into('swapped', {
          onEvent,
          postgres: { connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/swapped` },
        })
        .then(({ replaced }) => replaced?.keptAs ?? '', coded)
      const { client, server: answered } = proxy.passed
      proxy.reset()
      await untilNoConnection(server)
      if (typeof result === 'string') {
        expect([await oidOf(server, result), await restoring(server)]).toEqual([old, []])
        expect(await databaseContent(server, 'swapped')).toEqual(await databaseContent(server, source))
        await server.query(`DROP DATABASE "${result}"`)
      } else {
        expect([result.code, await oidOf(server, 'swapped')]).toEqual(['RESTORE.SWAP', old])
        expect(await restoring(server)).toEqual([result.meta.database])
        await dropRestoring(server)
      }
      return { isSwapped: typeof result === 'string', client: client - base.client, server: answered - base.server }
    }
    const whole = await run()
    expect(whole.isSwapped).toBe(true)
    const outcomes: boolean[] = []
    for (const part of [0.4, 0.7, 0.85, 0.95])
      outcomes.push((await run({ side: 'client', byte: Math.floor(whole.client * part) })).isSwapped)
    for (const part of [0.5, 0.8, 0.9])
      outcomes.push((await run({ side: 'server', byte: Math.floor(whole.server * part) })).isSwapped)
    expect(outcomes).toContain(false)
    // The answer to COMMIT is lost: what became of it is asked.
    expect((await run({ side: 'server', byte: whole.server - 8 })).isSwapped).toBe(true)
  })

  test('and nobody can say what became of it', async () => {
    const { pid } = await openSession(server)
    const options = { connectionString: server.url(target), lockTimeoutMs: 100 }
    const asked = hasSwapped(createConnector(resolveOptions(options)), { pid, oid: 1, kept: 'shop_before' })
    await expect(asked).rejects.toMatchObject({
      code: 'RESTORE.COMMIT_UNKNOWN',
      hint: expect.stringContaining('shop_before'),
    })
  })
})
