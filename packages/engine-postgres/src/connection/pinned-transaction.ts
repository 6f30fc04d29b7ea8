import type pg from 'pg'
import { timeoutsOff } from './timeouts.ts'

/**
 * Begins the transaction in which a connection asks its questions. Nothing of ours may run under the role's own search_path: a
 * schema in front of pg_catalog could put functions of its own in place of the system's, to be run with our rights. So the path is
 * emptied by the first statement. Timeouts that role or database have set are off, waits for locks are bounded.
 */
export async function beginPinned(
  client: pg.ClientBase,
  lockTimeoutMs: number,
  isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
): Promise<void> {
  await client.query(
    `BEGIN ISOLATION LEVEL ${isolation}, READ ONLY; ` +
      `SET LOCAL search_path = ''; SET LOCAL lock_timeout = ${lockTimeoutMs}; ${timeoutsOff('transaction')}`,
  )
}
