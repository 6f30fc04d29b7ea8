import { type Contents, PgarkError, type RestoreRequest, type RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer } from '../connection/server.ts'

/** The connection that a restore runs on. */
export interface TargetSession {
  readonly client: pg.Client
  readonly database: string
  /** Of the database. */
  readonly encoding: string
  /** Whether a transaction is open that has not failed, by the server's last word. */
  isInTransaction(): boolean
  /** Whether the server has a parameter of that name. */
  knowsSetting(name: string): Promise<boolean>
  close(): Promise<void>
}

/** The part of the server's lock table that one restore may fill; other sessions need some of it too. */
const lockShare = 0.8
// https://www.postgresql.org/docs/current/runtime-config-locks.html
const lockCapacitySql = `
  SELECT current_setting('max_locks_per_transaction')::int8
         * (current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8) AS capacity`

/** Connects to the target and checks what can be checked before the first statement. */
export async function openTarget(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  run: RunContext,
): Promise<TargetSession> {
  run.onEvent({ type: 'phase', name: 'connect' })
  const client = await connector.connect(run.signal)
  try {
    await beginPinned(client, connector.options.lockTimeoutMs)
    const server = await readServer(client)
    if (request.singleTransaction && contents) await checkLockSpace(client, contents.lockEstimate)
    await client.query('COMMIT')
    if (request.role !== undefined) await setRole(client, request.role)
    const known = new Map<string, boolean>()
    return {
      client,
      database: server.database,
      encoding: server.encoding,
      isInTransaction: () => (client as unknown as { getTransactionStatus(): string }).getTransactionStatus() === 'T',
      async knowsSetting(name) {
        const before = known.get(name)
        if (before !== undefined) return before
        const { rows } = await client.query('SELECT pg_catalog.current_setting($1, true) IS NOT NULL AS known', [name])
        known.set(name, rows[0].known)
        return rows[0].known
      },
      close: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw databaseError(error, 'RESTORE.TARGET', `Cannot prepare ${connector.target}`)
  }
}

/** Acts as a role from here on. Throws `RESTORE.ROLE` when the user may not. */
export async function setRole(client: pg.Client, role: string): Promise<void> {
  try {
    await client.query(`SET ROLE ${quoteIdentifier(role)}`)
  } catch (cause) {
    throw new PgarkError(
      'RESTORE.ROLE',
      `The target's user cannot act as the role ${role} (SQLSTATE ${sqlstate(cause)}).`,
      {
        hint: 'check that the role exists there, and that the user is a member of it',
      },
    )
  }
}

async function checkLockSpace(client: pg.Client, estimate: number): Promise<void> {
  const { rows } = await client.query(lockCapacitySql)
  const capacity = Number(rows[0].capacity)
  if (estimate <= capacity * lockShare) return
  throw new PgarkError(
    'REFUSED.LOCK_SPACE',
    `The restore needs about ${estimate} locks in one transaction, the target's lock table has room for ${capacity}.`,
    {
      hint: 'restore without one transaction (--no-single-transaction), or raise max_locks_per_transaction there',
      meta: { estimate, capacity },
    },
  )
}
