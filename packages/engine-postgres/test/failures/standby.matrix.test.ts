import { startServer, startStandby, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  applicationName,
  databaseWith,
  expectNothingLeft,
  prepare,
  type Run,
  restored,
} from '../snapshot/run-backup.ts'
import { schema } from './phases.ts'

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: a backup of a standby`, () => {
    let primary: TestServer
    let standby: TestServer
    let database: string
    beforeAll(async () => {
      primary = await startServer(major)
      // It does not let a query hold up what it replays.
      standby = await startStandby(primary, { settings: { max_standby_streaming_delay: '0' } })
      database = await databaseWith(primary, `${schema}; CREATE TABLE other (x int)`)
      const { rows } = await primary.query('SELECT pg_current_wal_insert_lsn() AS lsn')
      const isReplayed = `SELECT pg_last_wal_replay_lsn() >= '${rows[0].lsn}' AS done`
      while (!(await standby.query(isReplayed)).rows[0].done);
    })
    afterAll(async () => {
      await standby?.stop()
      await primary.stop()
    })

    /** What the primary does is in the way of the transaction that holds the snapshot; resolves when the standby has ended that. */
    async function conflict(): Promise<void> {
      await primary.query('BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE; COMMIT', database)
      const holders = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                       WHERE application_name = '${applicationName}' AND state = 'idle in transaction'
                         AND relation = 'items'::regclass`
      while ((await standby.query(holders, database)).rowCount);
    }
    const once = (act: () => Promise<void>) => {
      let isDone = false
      return async () => {
        if (isDone) return
        isDone = true
        await act()
      }
    }
    const at = (step: string, act: () => Promise<void>): Run => ({
      seams: { onStep: (reached) => (reached === step ? act() : undefined) },
    })
    const amidTheRows = (act: () => Promise<void>): Run => ({
      through: (to) => ({
        ...to,
        async write(key, body, options) {
          async function* watched() {
            for await (const chunk of body) {
              if (chunk.byteLength > 10_000) await act()
              yield chunk
            }
          }
          return await to.write(key, watched(), options)
        },
      }),
    })

    const moments: [string, Run, string][] = [
      ['before a reader has the snapshot', at('exported', once(conflict)), 'that holds the snapshot was lost'],
      ['before the rows', at('defined', once(conflict)), 'was lost'],
      ['amid the rows', amidTheRows(once(conflict)), 'Cannot read public.items'],
    ]
    for (const [name, run, said] of moments) {
      test(`that what it replays ends, ${name}: told as what it is, nothing is left`, async () => {
        const { start, folder } = await prepare(standby, database, run)
        const failure = start()
        await expect(failure).rejects.toMatchObject({
          message: expect.stringMatching(/conflict with recovery \(40001\)/),
          hint: expect.stringContaining('max_standby_streaming_delay'),
          retryable: true,
        })
        await expect(failure).rejects.toThrow(said)
        await expectNothingLeft(standby, folder)
      })
    }

    test('that is promoted meanwhile is whole', async () => {
      const promote = async () => {
        await standby.query('SELECT pg_promote()')
        await standby.query('INSERT INTO other VALUES (1)', database)
      }
      const { start, location } = await prepare(standby, database, at('exported', promote))
      expect(await start()).toMatchObject({ rows: 20_000 })
      const { rows } = await primary.query('SELECT count(*)::int FROM items', await restored(primary, location))
      expect(rows).toEqual([{ count: 20_000 }])
    })
  })
}
