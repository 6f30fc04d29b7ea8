import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { databaseError } from '../../connection/database-error.ts'
import { timeoutsOff } from '../../connection/timeouts.ts'
import { inUtf8 } from '../in-utf8.ts'
import type { Destruction } from './plan.ts'

export interface DestroyOptions {
  readonly lockTimeoutMs: number
  readonly database: string
}

/** Destroys what was consented to, all of it or nothing. */
export async function destroyAtOnce(
  client: pg.ClientBase,
  destruction: Destruction,
  options: DestroyOptions,
): Promise<void> {
  await client.query('BEGIN')
  try {
    await inUtf8(client, () => destroy(client, destruction, options))
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/**
 * The same in a transaction that is open. Nothing can come to depend on tables that are locked: what is found then is what was
 * consented to, or nothing is destroyed.
 */
export async function destroy(
  client: pg.ClientBase,
  { locked, statements, isAsFound }: Destruction,
  { lockTimeoutMs, database }: DestroyOptions,
): Promise<void> {
  const failed = `What is in the way in ${database} could not be removed, nothing was changed`
  try {
    await client.query(`SET LOCAL search_path = ''; SET LOCAL lock_timeout = ${lockTimeoutMs}`)
    await client.query(timeoutsOff('transaction'))
    if (locked.length > 0) await client.query(`LOCK TABLE ${locked.join(', ')} IN ACCESS EXCLUSIVE MODE`)
    const isUnchanged = await isAsFound(client)
    if (isUnchanged) for (const statement of statements) await client.query(statement)
    else {
      throw new PgarkError(
        'RESTORE.DESTROY',
        `${failed}: something else depends on it than when consent was asked for.`,
        {
          hint: 'run it again when nobody changes definitions there',
          retryable: true,
        },
      )
    }
  } catch (error) {
    throw databaseError(error, 'RESTORE.DESTROY', failed, {
      hint: 'run it again when nobody uses it there, as its owner',
    })
  }
}
