import type { EstimateRequest, RunContext, TableEstimate } from '@pgark/core'
import { readTableSizes } from '../catalogue/table-sizes.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { applyFilters } from '../filters/apply-filters.ts'
import { counted, planned, rowNumbers, shareOf } from '../filters/row-numbers.ts'
import { holdSnapshot } from '../snapshot/held-snapshot.ts'

/** What a backup would come to, at one snapshot and with the filters that the backup would have. */
export async function estimateBackup(
  connector: Connector,
  request: EstimateRequest,
  run: RunContext,
): Promise<readonly TableEstimate[]> {
  const snapshot = await holdSnapshot(connector, request, run)
  const { client, selected } = snapshot
  try {
    const filters = await applyFilters(snapshot, request, run)
    const sizes = await readTableSizes(
      client,
      selected.withRows.map(({ oid }) => oid),
    )
    const estimates: TableEstimate[] = []
    for (const relation of selected.withRows) {
      const { schema, name, oid } = relation
      const filter = filters.get(oid)
      const allBytes = sizes.get(oid)?.bytes ?? 0
      // Of a table without a page the planner expects as much as of one with ten.
      const isEmpty = allBytes === 0 && !request.exact
      const numbers = isEmpty
        ? { rows: 0, allRows: 0 }
        : await rowNumbers(client, relation, filter, request.exact ? counted : planned)
      const bytes = shareOf(allBytes, numbers)
      estimates.push({ schema, name, ...numbers, bytes, allBytes, filter: filter?.name })
    }
    return estimates
  } catch (error) {
    if (snapshot.signal.aborted) throw snapshot.signal.reason
    throw databaseError(error, 'ENGINE.PLAN', `Cannot estimate a backup of ${connector.target}`)
  } finally {
    await snapshot.release()
  }
}
