import type { BackupRequest, RunContext } from '@pgark/core'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { atInstant } from './at-instant.ts'
import { resolveFilters } from './resolve-filters.ts'
import type { TableFilters } from './table-filter.ts'

/** The filters of a request, checked by the server; what they say of now is said of the snapshot. Warns of what may be meant otherwise. */
export async function applyFilters(
  { client, selected, server, time, signal }: HeldSnapshot,
  request: Pick<BackupRequest, 'filters' | 'filterValues' | 'selection'>,
  run: RunContext,
): Promise<TableFilters> {
  if (Object.keys(request.filters).length === 0) return new Map()
  const { filters, findings } = await resolveFilters(client, selected, request, {
    serverVersion: server.version,
    signal,
  })
  for (const { code, message, hint } of findings)
    run.onEvent({ type: 'warning', code, message, ...(hint !== undefined && { hint }) })
  return new Map(
    [...filters].map(([oid, filter]) => [oid, { ...filter, condition: atInstant(filter.condition, time) }]),
  )
}
