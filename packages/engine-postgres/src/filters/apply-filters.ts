import type { BackupRequest, RunContext } from '@pgark/core'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { resolveFilters } from './resolve-filters.ts'
import type { TableFilters } from './table-filter.ts'

/** The filters of a request as the server sees them at a snapshot. Warns of what may be meant otherwise. */
export async function applyFilters(
  { client, selected, server, signal }: HeldSnapshot,
  request: Pick<BackupRequest, 'filters' | 'filterValues'>,
  run: RunContext,
): Promise<TableFilters> {
  const context = { serverVersion: server.version, signal }
  const { filters, findings } = await resolveFilters(client, selected, request, context)
  for (const { severity, code, message, hint } of findings) {
    if (severity === 'info') run.log.debug(message)
    else run.onEvent({ type: 'warning', code, message, ...(hint !== undefined && { hint }) })
  }
  return filters
}
