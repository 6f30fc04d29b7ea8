import {
  type Contents,
  isPgarkError,
  type ObjectSource,
  type RestoredTable,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { timeoutsOff } from '../connection/timeouts.ts'
import { checkNewDatabase } from './check-new-database.ts'
import { commitRestore } from './commit-restore.ts'
import { compareRows } from './compare-rows.ts'
import { createDatabase } from './create-database.ts'
import { damageBehind } from './damage-behind.ts'
import { dryRun } from './dry-run.ts'
import { executeItem } from './execute-item.ts'
import { neededAuthorizations } from './needed-authorizations.ts'
import type { Progress } from './progress.ts'
import { scriptOf, wantedOf } from './script-of.ts'
import { openTarget } from './target-session.ts'

/** Restores a backup, in any format, as a script. */
export async function restoreDatabase(
  connector: Connector,
  request: RestoreRequest,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const contents = await source.contents({ signal: run.signal })
  if (request.createDatabase) await checkNewDatabase(connector, request, contents, run)
  if (request.dryRun) return await dryRun(connector, request, contents, source, run)
  const created = request.createDatabase ? await createDatabase(connector, contents?.source.encoding, run) : undefined
  try {
    return await restoreInto(connector, request, contents, source, run)
  } catch (failure) {
    const error = await damageBehind(failure, source, run)
    // Without a transaction what was restored is to be kept.
    if (request.singleTransaction) {
      await created?.drop().catch(() => {
        const message = `The database ${connector.options.database}, made for this restore, could not be dropped again.`
        run.onEvent({ type: 'warning', code: 'RESTORE.DATABASE_LEFT', message, hint: 'drop it by hand' })
      })
    }
    throw error
  }
}

async function restoreInto(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const target = await openTarget(connector, request, contents, run)
  try {
    run.onEvent({ type: 'phase', name: 'restore' })
    const progress: Progress = { statements: 0, skipped: 0, changed: 0, tables: [] }
    // A connection of the source that is lost is no matter of the target's, and says so in the same words.
    const onTarget = (work: Promise<unknown>) =>
      work.catch((error) => {
        if (progress.sourceError?.error === error) throw error
        throw databaseError(error, 'RESTORE.TARGET', `Cannot restore into ${connector.target}`)
      })
    await onTarget(
      target.client.query(request.singleTransaction ? `BEGIN; ${timeoutsOff('transaction')}` : timeoutsOff('session')),
    )
    const items = scriptOf(source, { ...wantedOf(request), signal: run.signal })
    for await (const item of neededAuthorizations(items, request)) {
      await onTarget(executeItem(item, target, request, contents, progress, run))
    }
    // Only now was the last byte read and checked.
    const findings = request.selection.schemaOnly ? [] : compareRows(progress.tables, contents)
    if (request.singleTransaction) await commitRestore(target, findings)
    const { statements, skipped, tables } = progress
    return { database: target.database, statements, skipped, tables, rows: sumRows(tables), findings, dryRun: false }
  } catch (error) {
    if (isPgarkError(error) && error.code === 'RESTORE.COMMIT_UNKNOWN') throw error
    if (run.signal.aborted) throw run.signal.reason
    throw error
  } finally {
    await target.close()
  }
}

const sumRows = (tables: readonly RestoredTable[]) => tables.reduce((sum, { rows }) => sum + rows, 0)
