import type { BackupRequest, Finding, RunContext } from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { holdSnapshot } from '../snapshot/held-snapshot.ts'
import { resolveFilters } from './resolve-filters.ts'

/** Looks at the filters of a backup the way the backup does: under locks, at one snapshot. */
export async function validateFilters(
  connector: Connector,
  request: BackupRequest,
  run: RunContext,
): Promise<readonly Finding[]> {
  const snapshot = await holdSnapshot(connector, request, run)
  const { client, selected, server, signal } = snapshot
  try {
    run.onEvent({ type: 'phase', name: 'check' })
    const { findings } = await resolveFilters(client, selected, request, { serverVersion: server.version, signal })
    return findings
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw databaseError(error, 'ENGINE.PLAN', `Cannot check the filters of a backup of ${connector.target}`)
  } finally {
    await snapshot.release()
  }
}
