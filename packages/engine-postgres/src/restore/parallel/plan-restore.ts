import { availableParallelism } from 'node:os'
import type { Finding, RestoreRequest } from '@pgark/core'
import { type ParallelOrder, parallelOrder, type TocEntry } from '@pgark/pg-archive'
import type { Connector } from '../../connection/connect.ts'
import { adaptedEntries } from '../older-server/adapted-archive.ts'
import { versionsOf } from '../older-server/versions.ts'
import { askConsent } from '../on-existing/ask-consent.ts'
import type { ExistingPlan } from '../on-existing/plan.ts'
import { nothingThere, type PlanningCheck, planExisting } from '../on-existing/plan-existing.ts'
import { placeChecks } from '../target-checks/checks.ts'
import { openTarget, type TargetSession } from '../target-session.ts'
import { partedTables } from '../unordered/parted-tables.ts'
import type { ArchiveJob } from './archive-job.ts'
import { closedOnFailure } from './closed-on-failure.ts'
import { conflicts } from './conflicts.ts'
import { foreignKeyOrder } from './foreign-keys.ts'
import { encodingOf } from './in-unicode.ts'
import type { OpenedArchive } from './opened-archive.ts'
import { targetNeeds } from './target-needs.ts'
import { tryDefinitions } from './try-definitions.ts'

/** What a restore is to do with its target, which has been looked at; nothing was changed. */
export interface RestorePlan {
  readonly target: TargetSession
  /** What is there already, and what becomes of it. */
  readonly existing: ExistingPlan
  /** What is restored, in the target's words. */
  readonly entries: readonly TocEntry[]
  readonly order: ParallelOrder
  /** Rows go into tables that are there. */
  readonly intoTables: boolean
  /** By the id of the rows of a table, those that must be there before. */
  readonly references: ReadonlyMap<number, readonly number[]>
  readonly jobs: number
  readonly findings: readonly Finding[]
}

const defaultJobs = () => Math.min(4, availableParallelism())

/** Looks at the target, refuses what cannot be restored there, and asks for consent to what would be destroyed. */
export async function planRestore(
  connector: Connector,
  request: RestoreRequest,
  archive: OpenedArchive,
  job: ArchiveJob,
): Promise<RestorePlan> {
  const { reader, contents } = archive
  const { encoding } = job
  const mayFail = (entry: TocEntry) => job.exceptions.allowance.hasEntry(entry, encoding)
  const needed = archive.entries.filter((entry) => !mayFail(entry))
  const needs = targetNeeds(reader, needed, contents, request)
  const { onExisting } = request
  const { check, plan } = onExisting === 'fail' ? failing(archive) : planExisting(onExisting, archive, request)
  const target = await openTarget(connector, request, needs, job.run, [check, ...placeChecks])
  return await closedOnFailure(target, async () => {
    const existing = plan()
    const entries = await asItTakesThem(target, job, existing.entries)
    await askConsent(existing, request, target.database, job.run)
    const order = parallelOrder(entries, reader.archive.entries)
    const intoTables = existing.keepsTables || !order.preData.some(({ description }) => description === 'TABLE')
    const unordered = request.unordered
      ? await partedTables({ ...archive, entries, expected: job.expected, intoTables, mayFail })
      : { tables: new Map(), findings: [] }
    const parts = [...unordered.tables.values()].reduce((sum, table) => sum + table.parts.length, 0)
    const jobs = Math.max(1, Math.min(request.jobs ?? defaultJobs(), order.main.length + parts))
    if (jobs > 1) job.parted = unordered.tables
    const references = intoTables ? await foreignKeyOrder(target.client, entries, encoding) : new Map()
    return { target, existing, entries, order, intoTables, references, jobs, findings: unordered.findings }
  })
}

const failing = ({ reader, entries }: OpenedArchive): PlanningCheck => ({
  check: conflicts(entries, encodingOf(reader.archive.entries)),
  plan: () => nothingThere(entries),
})

/** In the target's words, and tried where it is older. */
async function asItTakesThem(target: TargetSession, job: ArchiveJob, entries: readonly TocEntry[]) {
  const { archive } = job.reader
  const { allowance } = job.exceptions
  const adapted = adaptedEntries(archive, entries, target.server, job.run, (entry) =>
    allowance.hasEntry(entry, job.encoding),
  )
  const { source = 0, target: major } = versionsOf(archive.header, target.server)
  if (source > major) await tryDefinitions(target, job, adapted)
  return adapted
}
