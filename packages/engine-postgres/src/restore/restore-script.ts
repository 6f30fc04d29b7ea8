import {
  type Contents,
  isPgarkError,
  type ObjectSource,
  type RestoredTable,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import { withDigestReaders } from '../compare/digest-readers.ts'
import type { Connector } from '../connection/connect.ts'
import { databaseError } from '../connection/database-error.ts'
import { timeoutsOff } from '../connection/timeouts.ts'
import { Exceptions } from './allow/exceptions.ts'
import { restoreByEntry } from './allow/restore-by-entry.ts'
import { commitRestore } from './commit-restore.ts'
import { executeItem } from './execute-item.ts'
import type { Execution } from './execution.ts'
import { lateRefusal } from './late-refusal.ts'
import { neededAuthorizations } from './needed-authorizations.ts'
import { askConsent } from './on-existing/ask-consent.ts'
import { destroy } from './on-existing/destroy.ts'
import { planOfArchive } from './on-existing/plan-of-archive.ts'
import type { Progress } from './progress.ts'
import { ReadBack, type Reading } from './read-back.ts'
import { readInTransaction } from './read-in-transaction.ts'
import { scriptOf, wantedOf } from './script-of.ts'
import { tableOf } from './table-of.ts'
import { placeChecks } from './target-checks/checks.ts'
import { openTarget } from './target-session.ts'
import { untilGivenUp } from './until-given-up.ts'

/** Connections that read back what a script has restored without a transaction. */
const readers = 2

/** Restores a backup as the script that it is, or that pg_restore would make of it, on one connection. */
export async function restoreScript(
  connector: Connector,
  request: RestoreRequest,
  contents: Contents | undefined,
  given: ObjectSource,
  run: RunContext,
): Promise<RestoreReport> {
  const { source, giveUp } = untilGivenUp(given, run.signal)
  const archive = await planOfArchive(source, request, contents, run)
  const checks = archive && [archive.check, ...placeChecks]
  const target = await openTarget(connector, request, archive?.needs ?? contents, run, checks)
  const existing = archive?.plan()
  try {
    if (existing) await askConsent(existing, request, target.database, run)
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
    const { destruction, keepsRows = false, keptSequences } = existing ?? {}
    const { lockTimeoutMs } = connector.options
    const { database } = target
    if (destruction) await onTarget(destroy(target.client, destruction, { lockTimeoutMs, database }))
    const { schemaOnly } = request.selection
    const exceptions = new Exceptions(request.allow)
    const scope = {
      ...{ tables: contents?.tables ?? [], isWhole: true, intoTables: keepsRows || !makesTables(request), exceptions },
      ...(keptSequences && { keptSequences }),
    }
    const readBack = contents && request.verify && !schemaOnly ? new ReadBack({ contents, ...scope }, run) : undefined
    const reading = <T>(work: (reading: Reading) => Promise<T>) =>
      request.singleTransaction
        ? readInTransaction(target, lockTimeoutMs, work)
        : withDigestReaders(connector, readers, { signal: run.signal, role: request.role }, work)
    if (readBack) await onTarget(reading((readers) => readBack.lookBefore(readers)))
    const execution: Execution = {
      target,
      request,
      run,
      progress,
      giveUp,
      tableOf: (item) => tableOf(item, contents, progress.tables.length),
      isUnchanged: () => request.singleTransaction === true || progress.changed === 0,
      outcome: () =>
        request.singleTransaction ? 'everything was rolled back' : `${progress.changed} statements before it stay`,
    }
    const wanted = { ...wantedOf(request), ...(archive && { select: archive.select }) }
    try {
      if (!exceptions.allowance.isEmpty) await onTarget(restoreByEntry(source, contents, wanted, execution, exceptions))
      else {
        const runBy = { server: target.server, sourceVersion: contents?.source.serverVersion, run }
        const items = scriptOf(source, { ...wanted, runBy, signal: run.signal })
        for await (const item of neededAuthorizations(items, request)) await onTarget(executeItem(item, execution))
      }
    } catch (error) {
      throw lateRefusal(error, execution)
    }
    // Only now was the last byte read and checked.
    const counted = request.selection.schemaOnly ? [] : exceptions.compareRows(progress.tables, contents)
    const isCounted = counted.every(({ isAllowed }) => isAllowed)
    const differences = readBack && isCounted ? await onTarget(reading((readers) => readBack.compare(readers))) : []
    const compared = [...exceptions.findings, ...counted, ...differences]
    if (request.singleTransaction) await commitRestore(target, compared, run.signal)
    const { statements, skipped, tables } = progress
    const findings = [...compared, ...(existing?.findings ?? [])]
    return { database, statements, skipped, tables, rows: sumRows(tables), findings, dryRun: false }
  } catch (error) {
    if (isPgarkError(error) && error.code === 'RESTORE.COMMIT_UNKNOWN') throw error
    if (run.signal.aborted) throw run.signal.reason
    throw error
  } finally {
    giveUp()
    await target.close()
  }
}

/** Otherwise rows go into tables that are there already, and may have some. */
const makesTables = ({ selection: { dataOnly }, sections }: RestoreRequest) =>
  !dataOnly && (sections?.includes('pre-data') ?? true)

const sumRows = (tables: readonly RestoredTable[]) => tables.reduce((sum, { rows }) => sum + rows, 0)
