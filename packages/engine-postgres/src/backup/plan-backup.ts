import type { BackupPlan, BackupRequest, RunContext } from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { choosePgDump } from '../definitions/choose.ts'
import { describeProgram } from '../definitions/describe-program.ts'
import { hasRenames } from '../rename/rename-archive.ts'
import { holdSnapshot } from '../snapshot/held-snapshot.ts'
import { describeDefinitions } from './describe-definitions.ts'
import { describeTables } from './describe-tables.ts'
import { fileText } from './file-text.ts'
import { copyOutSql } from './table-rows.ts'

/** What a backup would read, found the way the backup finds it: under locks, at one snapshot. */
export async function planBackup(connector: Connector, request: BackupRequest, run: RunContext): Promise<BackupPlan> {
  const snapshot = await holdSnapshot(connector, request, run)
  try {
    const program = await choosePgDump(connector.options.pgDump, snapshot.server.versionNum)
    const text = fileText(request.encoding ?? snapshot.server.encoding, snapshot.client)
    const tables = await describeTables(snapshot, request, run)
    if (hasRenames(request.renames))
      await describeDefinitions(connector, { request, snapshot, text, run }, snapshot.signal)
    return {
      database: snapshot.server.database,
      serverVersion: snapshot.server.version,
      definitions: describeProgram(program),
      tables: tables.map((table) => ({
        schema: table.relation.schema,
        name: table.relation.name,
        sql: copyOutSql(table, text.encoding),
        estimatedRows: table.relation.estimatedRows,
        sizeBytes: table.sizeBytes,
      })),
    }
  } catch (error) {
    if (snapshot.signal.aborted) throw snapshot.signal.reason
    throw databaseError(error, 'ENGINE.PLAN', `Cannot plan a backup of ${connector.target}`)
  } finally {
    await snapshot.release()
  }
}
