import type { RestoreNeeds, RestoreRequest, RunContext } from '@pgark/core'
import type pg from 'pg'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer, type Server } from '../connection/server.ts'
import { setRole } from '../connection/set-role.ts'
import { CopyKernel } from '../copy/copy-kernel.ts'
import { kernelSocket } from '../copy/kernel-socket.ts'
import { knownNeeds, setTablespace } from './chosen-tablespace.ts'
import { databaseChecks, serverChecks } from './target-checks/checks.ts'
import { refuseTarget } from './target-checks/refuse-target.ts'
import type { TargetCheck } from './target-checks/target-check.ts'

/** The connection that a restore runs on. */
export interface TargetSession {
  readonly client: pg.Client
  /** Takes the rows that are read back over it. */
  readonly kernel: CopyKernel
  readonly database: string
  readonly server: Server
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
  needs: RestoreNeeds | undefined,
  run: RunContext,
  ofDatabase: readonly TargetCheck[] = databaseChecks,
): Promise<TargetSession> {
  run.onEvent({ type: 'phase', name: 'connect' })
  return await openSession(connector, request, run, async (client, server) => {
    // Of a new database's server that has been seen to before it was created.
    const checks = request.createDatabase ? ofDatabase : [...serverChecks, ...ofDatabase]
    const known = knownNeeds(needs, request)
    if (known) await refuseTarget(checks, { client, server, needs: known, request }, run)
  })
}

/** Connects to the target as the role that restores, and asks or checks something in a pinned transaction. */
export async function openSession(
  connector: Connector,
  { role, tablespace }: Pick<RestoreRequest, 'role' | 'tablespace'>,
  run: RunContext,
  check?: (client: pg.Client, server: Server) => Promise<void>,
): Promise<TargetSession> {
  const kernel = new CopyKernel()
  const client = await connector.connect(run.signal, undefined, () => kernelSocket(kernel))
  try {
    if (role !== undefined) await setRole(client, role)
    await beginPinned(client, connector.options.lockTimeoutMs)
    const server = await readServer(client)
    await check?.(client, server)
    await client.query('COMMIT')
    if (tablespace !== undefined) await client.query(setTablespace(tablespace))
    return {
      client,
      kernel,
      database: server.database,
      server,
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
