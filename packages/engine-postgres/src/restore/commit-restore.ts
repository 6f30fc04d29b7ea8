import { type Finding, PgarkError } from '@pgark/core'
import { databaseError, isConnectionLost, sqlstate, withoutValues } from '../connection/database-error.ts'
import type { TargetSession } from './target-session.ts'

/** Commits what was restored, or rolls it back and throws `DAMAGE.ROW_COUNT` or `DAMAGE.DIGEST` when it is not what the backup has. */
export async function commitRestore(
  { client }: TargetSession,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<void> {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  if (first) {
    // Without its connection the transaction ends in the same way.
    await client.query('ROLLBACK').catch(() => {})
    throw new PgarkError(
      first.code.startsWith('DAMAGE.') ? first.code : 'DAMAGE.DIGEST',
      `${findings.map(({ message }) => message).join('\n')}\nEverything was rolled back.`,
      { meta: { findings } },
    )
  }
  await commitTransaction(client, signal)
}

/**
 * When the connection is lost or cut once COMMIT is under way, nobody here can know what became of it; and a server that answers ROLLBACK,
 * without an error, has not committed.
 */
async function commitTransaction(client: TargetSession['client'], signal: AbortSignal): Promise<void> {
  let answer: string
  try {
    answer = (await client.query('COMMIT')).command
  } catch (error) {
    if (sqlstate(error) !== '' && !isConnectionLost(error)) {
      // Deferred triggers run now, over the rows.
      throw databaseError(error, 'RESTORE.COMMIT', 'The restore could not be committed, everything was rolled back', {
        rows: 'yes',
      })
    }
    const what = signal.aborted
      ? 'The restore was ended while it was being committed'
      : 'The connection was lost while the restore was being committed'
    throw new PgarkError('RESTORE.COMMIT_UNKNOWN', `${what}.`, {
      hint: 'look whether its tables are there before anything else',
      cause: signal.aborted ? signal.reason : withoutValues(error),
    })
  }
  if (answer !== 'COMMIT') {
    throw new PgarkError('RESTORE.COMMIT', `The server answered COMMIT with ${answer}: nothing was restored.`)
  }
}
