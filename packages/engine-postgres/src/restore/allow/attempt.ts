import { isPgarkError } from '@pgark/core'
import type pg from 'pg'
import { databaseError } from '../../connection/database-error.ts'

/** Deadlocks, no room left, somebody who ends or cancels: the server's trouble, whatever it was asked to do. */
const ofServer = /^(40|53|57)/

export interface Attempt {
  readonly client: pg.Client
  /** Within a transaction that goes on afterwards, or in one of its own. */
  readonly isInTransaction: boolean
  readonly signal: AbortSignal
}

/**
 * Does something that may fail: when the server refuses it, all of it is undone and the error is answered. Anything else is thrown: a
 * lost connection, damage, what nobody consents to, an end of the restore.
 */
export async function attempt(
  { client, isInTransaction, signal }: Attempt,
  work: () => Promise<void>,
): Promise<Error | undefined> {
  await client.query(isInTransaction ? 'SAVEPOINT pgark_allowed' : 'BEGIN')
  try {
    await work()
    await client.query(isInTransaction ? 'RELEASE SAVEPOINT pgark_allowed' : 'COMMIT')
    return undefined
  } catch (error) {
    // What was put off to the end is checked over rows.
    const failure = databaseError(error, 'RESTORE.STATEMENT', 'What was put off to its end failed', { rows: 'yes' })
    if (signal.aborted || !isRefused(failure)) throw error
    await client.query(
      isInTransaction ? 'ROLLBACK TO SAVEPOINT pgark_allowed; RELEASE SAVEPOINT pgark_allowed' : 'ROLLBACK',
    )
    return failure
  }
}

const isRefused = (error: unknown): error is Error =>
  isPgarkError(error) && error.code === 'RESTORE.STATEMENT' && !ofServer.test(String(error.meta.sqlstate ?? ''))
