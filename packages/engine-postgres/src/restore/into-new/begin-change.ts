import type pg from 'pg'
import { timeoutsOff } from '../../connection/timeouts.ts'

/** Begins a transaction that changes databases: as a pinned one, but it may write. */
export async function beginChange(client: pg.ClientBase, lockTimeoutMs: number): Promise<void> {
  await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; SET LOCAL search_path = ''; ` +
      `SET LOCAL lock_timeout = ${lockTimeoutMs}; ${timeoutsOff('transaction')}`,
  )
}
