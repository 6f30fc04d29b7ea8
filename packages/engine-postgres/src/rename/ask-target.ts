import type { RestoreRequest, RunContext } from '@pgark/core'
import type pg from 'pg'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { setRole } from '../connection/set-role.ts'

/** Asks the target something on a connection of its own, as the role that restores. */
export async function askTarget<T>(
  connector: Connector,
  { role }: Pick<RestoreRequest, 'role'>,
  { signal }: Pick<RunContext, 'signal'>,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await connector.connect(signal)
  try {
    if (role !== undefined) await setRole(client, role)
    await beginPinned(client, connector.options.lockTimeoutMs)
    return await work(client)
  } catch (error) {
    throw signal.aborted ? signal.reason : databaseError(error, 'RESTORE.TARGET', `Cannot look at ${connector.target}`)
  } finally {
    await client.end()
  }
}
