import {
  type Contents,
  isPgarkError,
  type ObjectSource,
  PgarkError,
  type RestoredTable,
  type RestoreNeeds,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import { withDigestReaders } from '../compare/digest-readers.ts'
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
import type { Execution } from './execution.ts'
import { neededAuthorizations } from './needed-authorizations.ts'
import { isArchiveAtWill } from './open-reader.ts'
import { openToRestore } from './parallel/open-to-restore.ts'
import { restoreArchive } from './parallel/restore-archive.ts'
import { isSelective } from './parallel/selected-entries.ts'
import { targetNeeds } from './parallel/target-needs.ts'
import type { Progress } from './progress.ts'
import { ReadBack, type Reading } from './read-back.ts'
import { readInTransaction } from './read-in-transaction.ts'
import { scriptOf, wantedOf } from './script-of.ts'
import { tableOf } from './table-of.ts'
import { openTarget } from './target-session.ts'

/** Connections that read back what a script has restored without a transaction. */
const readers = 2

/** Restores a backup: an archive by several connections, where it can be read at will and nothing else is asked for; others as a script. */
export async function restoreDatabase(
  connector: Connector,
  request: RestoreRequest,
  source: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const contents = await source.contents({ signal: run.signal })
  const isParallel = request.singleTransaction !== true && (await isArchiveAtWill(source, run.signal))
  if (!isParallel && (request.jobs ?? 1) > 1) throw noJobs(source, request)
  const singleTransaction = request.singleTransaction ?? !isParallel
  // Who asked for no transaction wants to keep what was restored.
  const isDroppedOnFailure = request.createDatabase && request.singleTransaction !== false
  const resolved = { ...request, singleTransaction }
  if (isParallel && !request.dryRun) {
    const archive = await openToRestore(source, contents, resolved, run)
    const needs = targetNeeds(archive.reader, archive.entries, contents, resolved)
    return await intoDatabase(connector, resolved, needs, isDroppedOnFailure, source, run, () =>
      restoreArchive(connector, resolved, archive, isDroppedOnFailure, run),
    )
  }
  // Of a part of it the manifest does not say what it needs and has.
  const whole = isSelective(request) ? undefined : contents
  if (request.dryRun) {
    if (request.createDatabase) await checkNewDatabase(connector, resolved, whole, run)
    return await dryRun(connector, resolved, whole, source, run)
  }
  return await intoDatabase(connector, resolved, whole, isDroppedOnFailure, source, run, () =>
    restoreInto(connector, resolved, whole, source, run),
  )
}

/** Restores into the target, which is created before and dropped again after a failure where that is asked for. */
async function intoDatabase(
  connector: Connector,
  request: RestoreRequest,
  needs: RestoreNeeds | undefined,
  isDroppedOnFailure: boolean,
  source: ObjectSource,
  run: RunContext,
  restore: () => Promise<RestoreReport>,
): Promise<RestoreReport> {
  if (request.createDatabase) await checkNewDatabase(connector, request, needs, run)
  const created = request.createDatabase ? await createDatabase(connector, needs?.source.encoding, run) : undefined
  try {
    return await restore()
  } catch (failure) {
    const error = await damageBehind(failure, source, run)
    if (isDroppedOnFailure) {
      await created?.drop().catch(() => {
        const message = `The database ${connector.options.database}, made for this restore, could not be dropped again.`
        run.onEvent({ type: 'warning', code: 'RESTORE.DATABASE_LEFT', message, hint: 'drop it by hand' })
      })
    }
    throw error
  }
}

function noJobs({ location }: ObjectSource, { singleTransaction }: RestoreRequest): PgarkError {
  const why = singleTransaction ? 'one transaction is one connection' : 'it is read in order, by one connection'
  return new PgarkError('USAGE.OPTIONS', `${location}: jobs has no meaning here, ${why}.`, {
    hint: 'several connections restore archives that lie in a file, a folder or a bucket',
  })
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
    const progress: Progress = { statements: 0, skipped: 0, changed: 0, tables: [], told: {} }
    // A connection of the source that is lost is no matter of the target's, and says so in the same words.
    const onTarget = <T>(work: Promise<T>) =>
      work.catch((error) => {
        if (progress.sourceError?.error === error) throw error
        throw databaseError(error, 'RESTORE.TARGET', `Cannot restore into ${connector.target}`)
      })
    await onTarget(
      target.client.query(request.singleTransaction ? `BEGIN; ${timeoutsOff('transaction')}` : timeoutsOff('session')),
    )
    const { dataOnly: intoTables = false, schemaOnly } = request.selection
    const readBack =
      contents && request.verify && !schemaOnly
        ? new ReadBack({ contents, tables: contents.tables, isWhole: true, intoTables }, run)
        : undefined
    const reading = <T>(work: (reading: Reading) => Promise<T>) =>
      request.singleTransaction
        ? readInTransaction(target.client, connector.options.lockTimeoutMs, work)
        : withDigestReaders(connector, readers, { signal: run.signal, role: request.role }, work)
    if (readBack) await onTarget(reading((readers) => readBack.lookBefore(readers)))
    const runBy = { server: target.server, sourceVersion: contents?.source.serverVersion, run }
    const items = scriptOf(source, { ...wantedOf(request), runBy, signal: run.signal })
    const execution: Execution = {
      target,
      request,
      run,
      progress,
      tableOf: (item) => tableOf(item, contents, progress.tables.length),
      isUnchanged: () => request.singleTransaction === true || progress.changed === 0,
      outcome: () =>
        request.singleTransaction ? 'everything was rolled back' : `${progress.changed} statements before it stay`,
    }
    for await (const item of neededAuthorizations(items, request)) await onTarget(executeItem(item, execution))
    // Only now was the last byte read and checked.
    const counted = request.selection.schemaOnly ? [] : compareRows(progress.tables, contents)
    const findings = readBack && counted.length === 0 ? await reading((readers) => readBack.compare(readers)) : counted
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
