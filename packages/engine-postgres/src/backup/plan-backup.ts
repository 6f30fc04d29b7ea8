import type { BackupPlan, BackupRequest, RunContext } from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { choosePgDump } from '../definitions/choose.ts'
import { describeProgram } from '../definitions/describe-program.ts'
import { applyFilters } from '../filters/apply-filters.ts'
import { settleOrphans } from '../filters/orphans/settle-orphans.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { holdSnapshot } from '../snapshot/held-snapshot.ts'
import { definedTables, describeDefinitions, mayLeaveOut } from './describe-definitions.ts'
import { describeTables } from './describe-tables.ts'
import { textOfBackup } from './file-text.ts'
import { toldSql } from './table-rows.ts'

/** What a backup would read, found the way the backup finds it: under locks, at one snapshot. */
export async function planBackup(connector: Connector, request: BackupRequest, run: RunContext): Promise<BackupPlan> {
  const snapshot = await holdSnapshot(connector, request, run)
  try {
    const program = await choosePgDump(connector.options.pgDump, snapshot.server.versionNum)
    const text = await textOfBackup(request, snapshot)
    const filters = await applyFilters(snapshot, request, run)
    const described = await describeTables(snapshot, request, filters, run)
    const settled = mayLeaveOut(request) ? undefined : await settleOrphans(snapshot, request, filters, run)
    // What cleaners leave out is known once they have seen all definitions, and so is what would fail without it or cannot be renamed.
    const isSeen = mayLeaveOut(request) || hasRenames(request.renames)
    const source = { request, snapshot, text, filters, settled, run }
    const tables = isSeen
      ? definedTables(described, await describeDefinitions(connector, source, snapshot.signal))
      : described
    return {
      database: snapshot.server.database,
      serverVersion: snapshot.server.version,
      definitions: describeProgram(program),
      tables: tables.map((table) => ({
        schema: table.relation.schema,
        name: table.relation.name,
        sql: toldSql(table, text.encoding),
        estimatedRows: table.estimatedRows,
        sizeBytes: table.estimatedBytes,
      })),
    }
  } catch (error) {
    if (snapshot.signal.aborted) throw snapshot.signal.reason
    throw databaseError(error, 'ENGINE.PLAN', `Cannot plan a backup of ${connector.target}`)
  } finally {
    await snapshot.release()
  }
}
