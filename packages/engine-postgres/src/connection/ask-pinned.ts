import type pg from 'pg'
import { beginPinned } from './pinned-transaction.ts'

/** Asks something in a pinned transaction of its own, on a connection that has none open. */
export async function askPinned<T>(client: pg.ClientBase, lockTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  await beginPinned(client, lockTimeoutMs)
  try {
    return await work()
  } finally {
    // Nothing was changed; after an error the connection may be gone.
    await client.query('ROLLBACK').catch(() => {})
  }
}
