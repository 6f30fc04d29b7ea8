import { PgarkError, type RestoreRequest, type RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { askPinned } from '../../connection/ask-pinned.ts'
import type { Connector } from '../../connection/connect.ts'
import { isConnectionLost, sqlstate } from '../../connection/database-error.ts'
import { onMaintenance } from '../create-database.ts'
import { beginChange } from './begin-change.ts'
import { carryProperties } from './carry-properties.ts'
import { type DatabaseProperties, readProperties } from './database-properties.ts'
import { namesBeside } from './names-beside.ts'
import { describeSessions, endingSessions, endQuestion, preparedIn, sessionsIn } from './sessions-in.ts'
import { hasSwapped } from './swap-outcome.ts'

export interface Swap {
  /** The database that is replaced. */
  readonly target: DatabaseProperties
  /** What takes its place. */
  readonly restored: { readonly oid: number; readonly name: string }
  /** Whether sessions may be ended, as far as that has been asked. */
  readonly mayEndSessions: boolean
}

/** Asks on another connection than the one that swaps. */
type Ask = <T>(work: (other: pg.Client) => Promise<T>) => Promise<T>

const objectInUse = '55006'
/** Once names change the run goes on to its end, which is near: an abort would leave open what became of them. */
const never = new AbortController().signal

/**
 * Gives the restored database the target's name and properties, and the target another name, in one transaction; answers that name,
 * which tells when that was. The transaction's first
 * statement locks the target: who connects from then on waits, and is sent away once the name has gone over. So nobody can get in
 * between, and whatever happens to this process or its connection, the server has done all of it or nothing.
 */
export async function swapNames(
  connector: Connector,
  swap: Swap,
  { consent }: Pick<RestoreRequest, 'consent'>,
  run: RunContext,
): Promise<string> {
  const { target, restored } = swap
  const oids = [target.oid, restored.oid]
  return await onMaintenance(connector, never, (client) =>
    onMaintenance(connector, never, async (other) => {
      const { lockTimeoutMs } = connector.options
      const ask: Ask = (work) => askPinned(other, lockTimeoutMs, () => work(other))
      const deadline = Date.now() + lockTimeoutMs
      let { mayEndSessions } = swap
      const agree = async (databases: readonly number[]) => {
        const sessions = await ask((asked) => sessionsIn(asked, databases))
        if (sessions.length > 0) mayEndSessions = (await consent?.(endQuestion(sessions, target.name))) ?? false
        return sessions.length === 0 || mayEndSessions
      }
      const isPrepared = async () => (await ask((asked) => preparedIn(asked, oids))).length > 0
      if ((await isPrepared()) || !(mayEndSessions || (await agree([target.oid]))))
        throw await ask((asked) => inUse(asked, swap))
      for (;;) {
        try {
          return await attempt(client, ask, { ...swap, mayEndSessions }, connector, run)
        } catch (error) {
          if (sqlstate(error) !== objectInUse) throw error
          // The server has waited for a moment. Without sessions it may have been one that has left by now.
          const isAgreed = mayEndSessions ? Date.now() < deadline : await agree(oids)
          if (!isAgreed || (await isPrepared()) || (!mayEndSessions && Date.now() >= deadline))
            throw await ask((asked) => inUse(asked, swap))
        }
      }
    }),
  )
}

async function attempt(
  client: pg.Client,
  ask: Ask,
  { target, restored, mayEndSessions }: Swap,
  connector: Connector,
  run: RunContext,
): Promise<string> {
  const { kept } = await ask((other) => namesBeside(other, target.name))
  const { rows } = await client.query('SELECT pg_catalog.pg_backend_pid() AS pid')
  const rename = async (from: string, to: string) => {
    const statement = `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`
    run.log.debug(statement)
    await client.query(statement)
  }
  const renames = async () => {
    await rename(target.name, kept)
    await rename(restored.name, target.name)
  }
  try {
    await beginChange(client, connector.options.lockTimeoutMs)
    await (mayEndSessions ? endingSessions(ask, [target.oid, restored.oid], renames()) : renames())
    // As they are now: somebody may have changed them while the restore ran.
    const now = await readProperties(client, { oid: target.oid })
    if (now?.name !== kept) throw new PgarkError('RESTORE.SWAP', `${target.name} is another database by now.`)
    await carryProperties(client, now, restored.oid)
    const { command } = await client.query('COMMIT')
    if (command !== 'COMMIT') throw new PgarkError('RESTORE.SWAP', `The server answered COMMIT with ${command}.`)
    return kept
  } catch (error) {
    if (isConnectionLost(error)) {
      if (await hasSwapped(connector, { pid: rows[0].pid, oid: target.oid, kept })) return kept
    } else await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function inUse(client: pg.Client, { target, restored }: Swap): Promise<PgarkError> {
  const told: string[] = []
  for (const { oid, name } of [target, restored]) {
    const sessions = await sessionsIn(client, [oid])
    if (sessions.length > 0) told.push(describeSessions(sessions, name))
    const prepared = await preparedIn(client, [oid])
    if (prepared.length > 0) told.push(`prepared transactions in ${name}: ${prepared.join(', ')}`)
  }
  const why = told.join('; ') || 'it was in use'
  return new PgarkError('RESTORE.SWAP', `The names could not be swapped: ${why}.`)
}
