import type { TocEntry } from '@pgark/pg-archive'
import { tableOfRows } from '../copied-table.ts'
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
  const byTable = Map.groupBy(loaded, ([entry]) => tableOfRows(entry))
  const steps = [...byTable].map(([table, parts], id) => ({
    id,
    after: [],
    locks: [],
    reads: [],
    weight: parts.reduce((sum, [, { rows }]) => sum + rows, 0),
    work: table,
  }))
  await runSteps(workers, steps, (worker, table) => worker.analyze(table), stop)
}
