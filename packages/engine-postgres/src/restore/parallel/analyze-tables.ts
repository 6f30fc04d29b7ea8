import type { TocEntry } from '@pgark/pg-archive'
import type { ArchiveJob } from './archive-job.ts'
import type { RestoreWorker } from './restore-worker.ts'
import { runSteps } from './run-steps.ts'

/** Where the archive has the planner's statistics nothing is computed that would replace them, unless it is asked for. */
export async function analyzeTables(
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
