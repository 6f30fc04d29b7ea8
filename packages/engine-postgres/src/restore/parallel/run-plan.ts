import type { ObjectSource } from '@pgark/core'
import { isOfLargeObject, type ParallelStep, type TocEntry, tableHierarchy } from '@pgark/pg-archive'
import { isPart, isParted, type Task, withPartSteps } from '../unordered/part-steps.ts'
import type { ArchiveJob } from './archive-job.ts'
import { archiveSteps } from './archive-steps.ts'
import { dataSizes } from './data-sizes.ts'
import type { RestorePlan } from './plan-restore.ts'
import type { RestoreWorker } from './restore-worker.ts'
import { runSteps } from './run-steps.ts'

/**
 * Restores what a plan has, all but event triggers: what comes before rows in order, by the first worker, then the rest as its
 * dependencies allow, by all.
 */
export async function runPlan(
  { entries, order, references }: RestorePlan,
  job: ArchiveJob,
  workers: readonly [RestoreWorker, ...RestoreWorker[]],
  source: ObjectSource,
  stop: AbortController,
): Promise<void> {
  const [first] = workers
  const { reader, exceptions, encoding } = job
  for (const entry of order.preData) await first.restore(entry)

  const main = order.main.filter(({ entry }) => !(isOfLargeObject(entry) && !entry.hadDumper))
  // Who creates, owns and describes large objects comes before what is in them, which does not name it.
  for (const { entry } of order.main) if (isOfLargeObject(entry) && !entry.hadDumper) await first.restore(entry)

  const sizes = await dataSizes(reader, entries, source)
  const mayFail = (entry: TocEntry) => exceptions.allowance.hasEntry(entry, encoding)
  const [data, children] = [rowsAmong(order.main), rowsOfChildren(reader.archive.entries)]
  const facts = { sizes, references, data, children, isParallel: workers.length > 1, mayFail }
  if (!reader.readEntry) await loadInOrder(first, job, entries)
  const left = reader.readEntry ? main : main.filter(({ entry }) => !entry.hadDumper)
  await runSteps(workers, withPartSteps(archiveSteps(left, facts), job.parted), runTask, stop)
  // Rights are few, and those of one object must not be granted twice at once.
  for (const { entry } of order.privileges) await first.restore(entry)
  await runSteps(
    workers,
    archiveSteps(order.refreshes, facts),
    (worker, entry, areOthersBusy) => worker.restore(entry, areOthersBusy),
    stop,
  )
}

async function runTask(worker: RestoreWorker, task: Task, areOthersBusy: boolean): Promise<void> {
  if (isParted(task)) worker.finishParts(task)
  else await (isPart(task) ? worker.loadPart(task) : worker.restore(task, areOthersBusy))
}

const rowsAmong = (steps: readonly ParallelStep[]) =>
  new Set(steps.filter(({ entry }) => entry.hadDumper).map(({ entry }) => entry.dumpId))

function rowsOfChildren(entries: readonly TocEntry[]): ReadonlySet<number> {
  const { above } = tableHierarchy(entries)
  const isOfChild = ({ description, dependencies: [table = 0] }: TocEntry) =>
    description === 'TABLE DATA' && above(table).length > 0
  return new Set(entries.filter(isOfChild).map(({ dumpId }) => dumpId))
}

/** Data that can only be read from the beginning of the archive to its end go in as they come. */
async function loadInOrder(worker: RestoreWorker, { reader }: ArchiveJob, entries: readonly TocEntry[]): Promise<void> {
  const wanted = new Set(entries.filter(({ hadDumper }) => hadDumper).map(({ dumpId }) => dumpId))
  const isAll = reader.archive.entries.every(({ hadDumper, dumpId }) => !hadDumper || wanted.has(dumpId))
  for await (const item of reader.readData(isAll ? undefined : ({ dumpId }) => wanted.has(dumpId)))
    await worker.load(item)
}
