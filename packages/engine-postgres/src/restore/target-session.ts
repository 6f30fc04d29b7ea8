import { type Contents, PgarkError, type RestoreRequest, type RunContext } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Connector } from '../connection/connect.ts'
import { databaseError, sqlstate } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer } from '../connection/server.ts'
import { databaseChecks, serverChecks } from './target-checks/checks.ts'
import { refuseTarget } from './target-checks/refuse-target.ts'

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
  /** Whether the server has a function of that name, which may be qualified. */
  knowsFunction(name: string): Promise<boolean>
  close(): Promise<void>
}

/** Connects to the target and checks what can be checked before the first statement: throws `REFUSED.*` with all that is in the way. */
export async function openTarget(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  run: RunContext,
): Promise<TargetSession> {
  run.onEvent({ type: 'phase', name: 'connect' })
  const client = await connector.connect(run.signal)
  try {
    if (request.role !== undefined) await setRole(client, request.role)
    await beginPinned(client, connector.options.lockTimeoutMs)
    const server = await readServer(client)
    // Of a new database's server that has been seen to before it was created.
    const checks = request.createDatabase ? databaseChecks : [...serverChecks, ...databaseChecks]
    if (contents) await refuseTarget(checks, { client, server, needs: contents, request }, run)
    await client.query('COMMIT')
    return {
      client,
      database: server.database,
      encoding: server.encoding,
      isInTransaction: () => (client as unknown as { getTransactionStatus(): string }).getTransactionStatus() === 'T',
      knowsSetting: askingOnce(client, 'SELECT pg_catalog.current_setting($1, true) IS NOT NULL AS known'),
      knowsFunction: askingOnce(client, 'SELECT pg_catalog.to_regproc($1) IS NOT NULL AS known'),
      close: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw databaseError(error, 'RESTORE.TARGET', `Cannot prepare ${connector.target}`)
  }
}

/** Asks the server whether it knows a name, once for each. */
function askingOnce(client: pg.Client, sql: string): (name: string) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const { rows } = await client.query(sql, [name])
    known.set(name, rows[0].known)
    return rows[0].known
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
