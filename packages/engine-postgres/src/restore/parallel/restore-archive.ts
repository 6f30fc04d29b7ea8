import { PgarkError, type RestoreReport, type RestoreRequest, type RunContext } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { type DigestReaders, withDigestReaders } from '../../compare/digest-readers.ts'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { Exceptions } from '../allow/exceptions.ts'
import { destroyAtOnce } from '../on-existing/destroy.ts'
import { ReadBack } from '../read-back.ts'
import { openSession } from '../target-session.ts'
import { analyzeTables } from './analyze-tables.ts'
import { type ArchiveJob, expectedTables } from './archive-job.ts'
import { closedOnFailure } from './closed-on-failure.ts'
import { encodingOf } from './in-unicode.ts'
import type { OpenedArchive } from './opened-archive.ts'
import { planRestore } from './plan-restore.ts'
import { RestoreWorker } from './restore-worker.ts'
import { runPlan } from './run-plan.ts'
import { isSelective } from './selected-entries.ts'
import { tellWhatExists, whatExists } from './what-exists.ts'

/**
 * Restores an archive by several connections: what comes before rows in order on one of them, then rows, indexes and keys as their
 * dependencies allow. At the first error all of them are stopped; what was restored by then stays, and the error names it.
 */
export async function restoreArchive(
  connector: Connector,
  request: RestoreRequest,
  archive: OpenedArchive,
  isDroppedOnFailure: boolean,
  run: RunContext,
): Promise<RestoreReport> {
  const stop = new AbortController()
  const signal = AbortSignal.any([run.signal, stop.signal])
  const { reader, contents, isChecked } = archive
  const job: ArchiveJob = {
    ...{ reader, isChecked, request, run: { ...run, signal } },
    encoding: encodingOf(reader.archive.entries),
    expected: expectedTables(reader.archive.entries, contents),
    done: [],
    loaded: new Map(),
    parted: new Map(),
    told: {},
    changed: 0,
    exceptions: new Exceptions(request.allow),
  }
  const { exceptions } = job
  const workers: RestoreWorker[] = []
  let database = connector.options.database
  let isStarted = false
  let isDestroyed = false
  try {
    const plan = await planRestore(connector, request, archive, job)
    const { target, existing, entries, intoTables, jobs } = plan
    database = target.database
    run.onEvent({ type: 'phase', name: 'restore' })
    const first = await closedOnFailure(target, () => RestoreWorker.on(target, job))
    workers.push(first)
    // Before anything is changed: it may be that the server has not as many connections left.
    while (workers.length < jobs) {
      const session = await openSession(connector, request, job.run)
      workers.push(await closedOnFailure(session, () => RestoreWorker.on(session, job)))
    }
    const { destruction, keptSequences } = existing
    const { lockTimeoutMs } = connector.options
    if (destruction) await destroyAtOnce(target.client, destruction, { lockTimeoutMs, database })
    isDestroyed = destruction !== undefined
    isStarted = isDestroyed

    const expected = expectedOf(job, entries)
    const scope = { tables: expected, isWhole: !isSelective(request), intoTables, exceptions, keptSequences }
    const readBack =
      contents && request.verify && !request.selection.schemaOnly
        ? new ReadBack({ contents, ...scope }, job.run)
        : undefined
    const reading = <T>(count: number, work: (readers: DigestReaders) => Promise<T>) =>
      withDigestReaders(connector, count, { signal, role: request.role }, work)
    if (readBack) await reading(1, (readers) => readBack.lookBefore(readers))
    isStarted = true
    await runPlan(plan, job, [first, ...workers.slice(1)], archive.source, stop)

    const tables = reader.archive.entries.flatMap((entry) => job.loaded.get(entry) ?? [])
    const counted = exceptions.compareRows(tables, contents && { ...contents, tables: expected })
    // All rows are there now, and nothing else has been done with them.
    const isCounted = counted.every(({ isAllowed }) => isAllowed)
    const differences = readBack && isCounted ? await reading(jobs, (readers) => readBack.compare(readers)) : []
    // Last of all: one on login fires for whoever reads back, and may write to a table that is compared.
    for (const { entry } of plan.order.eventTriggers) await first.restore(entry)
    const found = [...exceptions.findings, ...counted, ...differences]
    const findings = [...found, ...archive.findings, ...existing.findings, ...plan.findings]

    await analyzeTables(workers, job, entries, stop)
    const sum = (of: 'statements' | 'skipped') => workers.reduce((total, { progress }) => total + progress[of], 0)
    const rows = tables.reduce((total, table) => total + table.rows, 0)
    return { database, statements: sum('statements'), skipped: sum('skipped'), tables, rows, findings, dryRun: false }
  } catch (failure) {
    stop.abort(failure)
    const error = run.signal.aborted
      ? run.signal.reason
      : databaseError(failure, 'RESTORE.TARGET', `Cannot restore into ${connector.target}`)
    if (isDroppedOnFailure || !isStarted) throw error
    const exists = whatExists(job)
    tellWhatExists(exists, database, run, isDestroyed)
    throw error instanceof PgarkError ? withMeta(error, { exists }) : error
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
  }
}

/** What the manifest has of the tables that were to be restored. */
const expectedOf = ({ expected }: ArchiveJob, entries: readonly TocEntry[]) =>
  entries.flatMap((entry) => expected?.get(entry) ?? [])

const withMeta = ({ code, message, hint, meta, retryable, cause }: PgarkError, more: Record<string, unknown>) =>
  new PgarkError(code, message, { ...(hint && { hint }), meta: { ...meta, ...more }, retryable, cause })
