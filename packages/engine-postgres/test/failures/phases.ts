import type { TestServer } from '@pgark/test-servers'
import type pg from 'pg'
import {
  applicationName,
  connected,
  databaseWith,
  type PreparedRun,
  prepare,
  type Run,
} from '../snapshot/run-backup.ts'

/** Points of a backup at which something can happen to it. */
export const phases = [
  'listed',
  'waiting for a lock',
  'locked',
  'exported',
  'in pg_dump',
  'defined',
  'in the data',
] as const
export type Phase = (typeof phases)[number]

/** More than the buffers between the server and us hold, so that a COPY is not over when its first bytes arrive. */
export const schema = `
  CREATE TABLE items AS SELECT i AS id, repeat(md5(i::text), 40) AS note FROM generate_series(1, 20000) i`

export interface Interruption {
  /** A session of ours that is not the backup's. */
  readonly observer: pg.Client
  /** Our backends, by the order in which they were started: the observer and the leader, then the two readers, then pg_dump's. */
  backends(): Promise<number[]>
}

/** A backup in which `interrupt` is called once, at that phase, and awaited before the backup goes on. */
export async function interruptedAt(
  server: TestServer,
  phase: Phase,
  interrupt: (interruption: Interruption) => Promise<unknown> | unknown,
  run: Run = {},
): Promise<PreparedRun & { cleanUp(): Promise<void> }> {
  const database = await databaseWith(server, schema)
  const observer = await connected(server, database)
  const blocker = await connected(server, database)
  const backends = async () => {
    const { rows } = await observer.query(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY backend_start',
      [applicationName],
    )
    return rows.map(({ pid }) => pid)
  }
  let isInterrupted = false
  let interrupted: Promise<unknown> = Promise.resolve()
  const now = async () => {
    if (isInterrupted) return
    isInterrupted = true
    interrupted = Promise.resolve(interrupt({ observer, backends }))
    await interrupted
  }
  /** Interrupts when one of our backends waits for what `lock` has locked. */
  const whenBlockedBy = async (lock: string) => {
    await blocker.query(`BEGIN; ${lock}`)
    interrupted = (async () => {
      const waiting = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                       WHERE NOT granted AND application_name = '${applicationName}'`
      while (!(await observer.query(waiting)).rowCount);
      await now()
    })()
  }
  const onStep = async (step: string) => {
    if (step === phase) await now()
    if (phase === 'waiting for a lock' && step === 'listed') await whenBlockedBy('LOCK TABLE items')
    // Nothing of ours reads this catalogue, pg_dump does.
    if (phase === 'in pg_dump' && step === 'exported') await whenBlockedBy('LOCK TABLE pg_event_trigger')
  }
  const prepared = await prepare(server, database, {
    ...run,
    postgres: { lockTimeoutMs: 2_147_483_647, ...run.postgres },
    seams: { onStep },
    through: (to) => ({
      ...to,
      write(key, body, options) {
        async function* watched() {
          for await (const chunk of body) {
            // The first chunk of rows: nothing else that is written at once is as large.
            if (phase === 'in the data' && chunk.byteLength > 10_000) await now()
            yield chunk
          }
        }
        return to.write(key, watched(), options)
      },
    }),
  })
  return {
    ...prepared,
    async cleanUp() {
      await interrupted
      await Promise.all([blocker.end(), observer.end()])
      if (!isInterrupted) throw new Error(`the backup never came to "${phase}"`)
    },
  }
}
