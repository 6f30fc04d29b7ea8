import { availableParallelism } from 'node:os'
import {
  type Contents,
  type Finding,
  type ObjectSource,
  PgarkError,
  type RestoreReport,
  type RestoreRequest,
  type RunContext,
} from '@pgark/core'
import { type ArchiveReader, isOfLargeObject, type ParallelStep, parallelOrder, type TocEntry } from '@pgark/pg-archive'
import { type DigestReaders, withDigestReaders } from '../../compare/digest-readers.ts'
import type { Connector } from '../../connection/connect.ts'
import { databaseError } from '../../connection/database-error.ts'
import { Exceptions } from '../allow/exceptions.ts'
import { adaptedEntries } from '../older-server/adapted-archive.ts'
import { versionsOf } from '../older-server/versions.ts'
import { askConsent } from '../on-existing/ask-consent.ts'
import { destroyAtOnce } from '../on-existing/destroy.ts'
import { nothingThere, type PlanningCheck, planExisting } from '../on-existing/plan-existing.ts'
import { ReadBack } from '../read-back.ts'
import { createRights } from '../target-checks/create-rights.ts'
import { openSession, openTarget, type TargetSession } from '../target-session.ts'
import { isPart, isParted, type Task, withPartSteps } from '../unordered/part-steps.ts'
import { partedTables } from '../unordered/parted-tables.ts'
import { type ArchiveJob, expectedTables } from './archive-job.ts'
import { archiveSteps } from './archive-steps.ts'
import { conflicts } from './conflicts.ts'
import { dataSizes } from './data-sizes.ts'
import { foreignKeyOrder } from './foreign-keys.ts'
import { encodingOf } from './in-unicode.ts'
import { RestoreWorker } from './restore-worker.ts'
import { runSteps } from './run-steps.ts'
import { isSelective } from './selected-entries.ts'
import { targetNeeds } from './target-needs.ts'
import { tryDefinitions } from './try-definitions.ts'
import { tellWhatExists, whatExists } from './what-exists.ts'

/** An archive that was opened, and of which everything that can be checked without a server has been. */
export interface OpenedArchive {
  readonly reader: ArchiveReader
  /** What is restored of it. */
  readonly entries: readonly TocEntry[]
  /** Those that do not only come because others need them. */
  readonly asked: ReadonlySet<TocEntry>
  /** What was left out of it, though it belongs to what is restored. */
  readonly findings: readonly Finding[]
  readonly contents: Contents | undefined
  readonly source: ObjectSource
  /** The bytes of everything that is restored are known to be those that were stored. */
  readonly isChecked: boolean
}

const defaultJobs = () => Math.min(4, availableParallelism())

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
  const workers: RestoreWorker[] = []
  const { reader, contents } = archive
  const job: ArchiveJob = {
    reader,
    isChecked: archive.isChecked,
    request,
    run: { ...run, signal },
    expected: expectedTables(reader.archive.entries, contents),
    done: [],
    loaded: new Map(),
    parted: new Map(),
    told: {},
    changed: 0,
    exceptions: new Exceptions(request.allow),
  }
  const { exceptions } = job
  const mayFail = (entry: TocEntry) => exceptions.allowance.hasEntry(entry)
  let database = connector.options.database
  let isStarted = false
  let isDestroyed = false
  try {
    const needed = archive.entries.filter((entry) => !mayFail(entry))
    const needs = targetNeeds(reader, needed, contents, request)
    const encoding = encodingOf(reader.archive.entries)
    const { onExisting } = request
    const { check, plan } = onExisting === 'fail' ? failing(archive) : planExisting(onExisting, archive, request)
    const target = await openTarget(connector, request, needs, job.run, [check, createRights])
    database = target.database
    const existing = plan()
    const entries = await prepared(target.close, asItTakesThem(target, job, existing.entries))
    await prepared(target.close, askConsent(existing, request, database, job.run))
    const order = parallelOrder(entries)
    const intoTables = existing.keepsTables || !order.preData.some(({ description }) => description === 'TABLE')
    const unordered = request.unordered
      ? await prepared(target.close, partedTables({ ...archive, entries, expected: job.expected, intoTables, mayFail }))
      : undefined
    const parts = [...(unordered?.tables.values() ?? [])].reduce((sum, table) => sum + table.parts.length, 0)
    const jobs = Math.max(1, Math.min(request.jobs ?? defaultJobs(), order.main.length + parts))
    if (unordered && jobs > 1) job.parted = unordered.tables
    run.onEvent({ type: 'phase', name: 'restore' })
    const readBack =
      contents && request.verify && !request.selection.schemaOnly
        ? new ReadBack(
            {
              ...{ contents, tables: expectedOf(job, entries), isWhole: !isSelective(request), exceptions },
              ...{ intoTables, keptSequences: existing.keptSequences },
            },
            job.run,
          )
        : undefined
    const reading = <T>(count: number, work: (readers: DigestReaders) => Promise<T>) =>
      withDigestReaders(connector, count, { signal, role: request.role }, work)
    const references = await prepared(
      target.close,
      intoTables ? foreignKeyOrder(target.client, entries, encoding) : new Map(),
    )
    const first = await prepared(target.close, RestoreWorker.on(target, job, jobs > 1))
    workers.push(first)
    // Before anything is changed: it may be that the server has not as many connections left.
    while (workers.length < jobs) {
      const session = await openSession(connector, request, job.run)
      workers.push(await prepared(session.close, RestoreWorker.on(session, job, true)))
    }
    const { destruction } = existing
    const { lockTimeoutMs } = connector.options
    if (destruction) await destroyAtOnce(target.client, destruction, { lockTimeoutMs, database })
    isDestroyed = destruction !== undefined
    isStarted = isDestroyed
    if (readBack) await reading(1, (readers) => readBack.lookBefore(readers))
    isStarted = true
    for (const entry of order.preData) await first.restore(entry)

    const main = order.main.filter(({ entry }) => !(isOfLargeObject(entry) && !entry.hadDumper))
    // Who creates, owns and describes large objects comes before what is in them, which does not name it.
    for (const { entry } of order.main) if (isOfLargeObject(entry) && !entry.hadDumper) await first.restore(entry)

    const sizes = await dataSizes(reader, entries, archive.source)
    const facts = { sizes, references, data: rowsAmong(order.main), isParallel: jobs > 1, mayFail }
    if (!reader.readEntry) await loadInOrder(first, job, entries)
    const left = reader.readEntry ? main : main.filter(({ entry }) => !entry.hadDumper)
    await runSteps(workers, withPartSteps(archiveSteps(left, facts), job.parted), runTask, stop)
    // Rights are few, and those of one object must not be granted twice at once.
    for (const { entry } of order.privileges) await first.restore(entry)
    await runSteps(workers, archiveSteps(order.refreshes, facts), restoreEntry, stop)
    for (const { entry } of order.eventTriggers) await first.restore(entry)

    const tables = reader.archive.entries.flatMap((entry) => job.loaded.get(entry) ?? [])
    const counted = exceptions.compareRows(tables, contents && { ...contents, tables: expectedOf(job, entries) })
    // Everything is there now, and nothing else has been done with it.
    const isCounted = counted.every(({ isAllowed }) => isAllowed)
    const differences = readBack && isCounted ? await reading(jobs, (readers) => readBack.compare(readers)) : []
    const findings = [
      ...exceptions.findings,
      ...counted,
      ...differences,
      ...archive.findings,
      ...existing.findings,
      ...(unordered?.findings ?? []),
    ]

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

const failing = ({ reader, entries }: OpenedArchive): PlanningCheck => ({
  check: conflicts(entries, encodingOf(reader.archive.entries)),
  plan: () => nothingThere(entries),
})

/** In the target's words, and tried where it is older. */
async function asItTakesThem(target: TargetSession, job: ArchiveJob, entries: readonly TocEntry[]) {
  const { archive } = job.reader
  const { allowance } = job.exceptions
  const adapted = adaptedEntries(archive, entries, target.server, job.run, (entry) => allowance.hasEntry(entry))
  const { source = 0, target: major } = versionsOf(archive.header, target.server)
  if (source > major) await tryDefinitions(target, job, adapted)
  return adapted
}

const restoreEntry = (worker: RestoreWorker, entry: TocEntry) => worker.restore(entry)

async function runTask(worker: RestoreWorker, task: Task): Promise<void> {
  if (isParted(task)) worker.finishParts(task)
  else await (isPart(task) ? worker.loadPart(task) : worker.restore(task))
}

const rowsAmong = (steps: readonly ParallelStep[]) =>
  new Set(steps.filter(({ entry }) => entry.hadDumper).map(({ entry }) => entry.dumpId))

/** What the manifest has of the tables that were to be restored. */
const expectedOf = ({ expected }: ArchiveJob, entries: readonly TocEntry[]) =>
  entries.flatMap((entry) => expected?.get(entry) ?? [])

/** Data that can only be read from the beginning of the archive to its end go in as they come. */
async function loadInOrder(worker: RestoreWorker, { reader }: ArchiveJob, entries: readonly TocEntry[]): Promise<void> {
  const wanted = new Set(entries.filter(({ hadDumper }) => hadDumper).map(({ dumpId }) => dumpId))
  const isAll = reader.archive.entries.every(({ hadDumper, dumpId }) => !hadDumper || wanted.has(dumpId))
  for await (const item of reader.readData(isAll ? undefined : ({ dumpId }) => wanted.has(dumpId)))
    await worker.load(item)
}

/** Where the archive has the planner's statistics nothing is computed that would replace them, unless it is asked for. */
async function analyzeTables(
  workers: readonly RestoreWorker[],
  { request, loaded, told }: ArchiveJob,
  entries: readonly TocEntry[],
  stop: AbortController,
): Promise<void> {
  const hasStatistics = !told.statistics && entries.some(({ description }) => description === 'STATISTICS DATA')
  if (!(request.analyze ?? !hasStatistics)) return
  const steps = [...loaded.values()].map((table, id) => ({
    id,
    after: [],
    locks: [],
    reads: [],
    weight: table.rows,
    work: table,
  }))
  await runSteps(workers, steps, (worker, { schema, name }) => worker.analyze(schema, name), stop)
}

/** Something done with a session before a worker has it, which is closed where that fails. */
async function prepared<T>(close: () => Promise<void>, work: T | Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    await close()
    throw error
  }
}

const withMeta = ({ code, message, hint, meta, retryable, cause }: PgarkError, more: Record<string, unknown>) =>
  new PgarkError(code, message, { ...(hint && { hint }), meta: { ...meta, ...more }, retryable, cause })
