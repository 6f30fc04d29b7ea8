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
import { Exceptions } from './allow/exceptions.ts'
import { needsWithout } from './allow/needs-without.ts'
import { restoreByEntry } from './allow/restore-by-entry.ts'
import { checkNewDatabase } from './check-new-database.ts'
import { commitRestore } from './commit-restore.ts'
import { type CreateDatabase, createDatabase, dropAgain } from './create-database.ts'
import { damageBehind } from './damage-behind.ts'
import { dryRun } from './dry-run.ts'
import { executeItem } from './execute-item.ts'
import type { Execution } from './execution.ts'
import { restoreIntoNew } from './into-new/restore-into-new.ts'
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
import { type WatchedSource, watchSource } from './watched-source.ts'

/** Connections that read back what a script has restored without a transaction. */
const readers = 2

/** Restores a backup: an archive by several connections, where it can be read at will and nothing else is asked for; others as a script. */
export async function restoreDatabase(
  connector: Connector,
  request: RestoreRequest,
  given: ObjectSource,
  run: RunContext,
  create: CreateDatabase = createDatabase,
): Promise<RestoreReport> {
  if (request.intoNew) {
    return await restoreIntoNew(connector, request, run, (beside, changed, createBeside) =>
      restoreDatabase(beside, changed, given, run, createBeside),
    )
  }
  const watched = watchSource(given)
  const { source } = watched
  const contents = await source.contents({ signal: run.signal })
  const isArchive = await isArchiveAtWill(source, run.signal)
  const isParallel = request.singleTransaction !== true && isArchive
  if (!isParallel && ((request.jobs ?? 1) > 1 || request.unordered)) throw noJobs(source, request)
  const singleTransaction = request.singleTransaction ?? !isParallel
  // Who asked for no transaction wants to keep what was restored.
  const isDroppedOnFailure = request.createDatabase && request.singleTransaction !== false
  const resolved = { ...request, singleTransaction }
  // Damage is told before anything is touched, also where all of it would be rolled back.
  const archive = isArchive && !request.dryRun ? await openToRestore(source, contents, resolved, run) : undefined
  try {
    if (archive && isParallel) {
      const { allowance } = new Exceptions(request.allow)
      const needed = archive.entries.filter((entry) => !allowance.hasEntry(entry))
      const needs = targetNeeds(archive.reader, needed, contents, resolved)
      return await intoDatabase(connector, resolved, needs, create, isDroppedOnFailure, watched, run, () =>
        restoreArchive(connector, resolved, archive, isDroppedOnFailure, run),
      )
    }
  } finally {
    await archive?.reader.close()
  }
  // Of a part of it the manifest does not say what it needs and has.
  const all = await needsWithout(source, contents, resolved, run)
  const whole = isSelective(request) ? undefined : all
  if (request.dryRun) {
    if (request.createDatabase) await checkNewDatabase(connector, resolved, whole, run)
    return await dryRun(connector, resolved, whole, source, run)
  }
  return await intoDatabase(connector, resolved, whole, create, isDroppedOnFailure, watched, run, () =>
    restoreInto(connector, resolved, whole, source, run),
  )
}

/** Restores into the target, which is created before and dropped again after a failure where that is asked for. */
async function intoDatabase(
  connector: Connector,
  request: RestoreRequest,
  needs: RestoreNeeds | undefined,
  create: CreateDatabase,
  isDroppedOnFailure: boolean,
  source: WatchedSource,
  run: RunContext,
  restore: () => Promise<RestoreReport>,
): Promise<RestoreReport> {
  if (request.createDatabase) await checkNewDatabase(connector, request, needs, run)
  const created = request.createDatabase ? await create(connector, needs?.source.encoding, run) : undefined
  try {
    return await restore()
  } catch (failure) {
    const error = await damageBehind(failure, source, run)
    if (isDroppedOnFailure && created) await dropAgain(connector, created.drop, run)
    throw error
  }
}

function noJobs({ location }: ObjectSource, { singleTransaction, unordered }: RestoreRequest): PgarkError {
  const why = singleTransaction ? 'one transaction is one connection' : 'it is read in order, by one connection'
  return new PgarkError(
    'USAGE.OPTIONS',
    `${location}: ${unordered ? 'unordered' : 'jobs'} has no meaning here, ${why}.`,
    {
      hint: 'several connections restore archives that lie in a file, a folder or a bucket',
    },
  )
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
    const exceptions = new Exceptions(request.allow)
    const readBack =
      contents && request.verify && !schemaOnly
        ? new ReadBack({ contents, tables: contents.tables, isWhole: true, intoTables, exceptions }, run)
        : undefined
    const reading = <T>(work: (reading: Reading) => Promise<T>) =>
      request.singleTransaction
        ? readInTransaction(target.client, connector.options.lockTimeoutMs, work)
        : withDigestReaders(connector, readers, { signal: run.signal, role: request.role }, work)
    if (readBack) await onTarget(reading((readers) => readBack.lookBefore(readers)))
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
    if (!exceptions.allowance.isEmpty) await onTarget(restoreByEntry(source, contents, execution, exceptions))
    else {
      const items = scriptOf(source, { ...wantedOf(request), signal: run.signal })
      for await (const item of neededAuthorizations(items, request)) await onTarget(executeItem(item, execution))
    }
    // Only now was the last byte read and checked.
    const counted = request.selection.schemaOnly ? [] : exceptions.compareRows(progress.tables, contents)
    const isCounted = counted.every(({ isAllowed }) => isAllowed)
    const differences = readBack && isCounted ? await reading((readers) => readBack.compare(readers)) : []
    const findings = [...exceptions.findings, ...counted, ...differences]
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
