import { destinationClock } from '../catalogue/destination-clock.ts'
import type { IncompleteRun } from '../catalogue/incomplete-runs.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { isPgarkError } from '../errors/pgark-error.ts'
import type { PlannedRun } from './prune-plan.ts'

/** Which runs that have not come to their end are certain to be over: none of which something was written lately, none whose process lives. */
export async function planRuns(
  from: Exporter,
  runs: readonly IncompleteRun[],
  incompleteAfterMs: number,
  run: RunContext,
): Promise<readonly PlannedRun[]> {
  if (runs.length === 0) return []
  const now = await timeThere(from, run)
  return runs.map((each): PlannedRun => {
    if (each.isAlive) return { ...each, decision: 'alive' }
    if (now === undefined) return { ...each, decision: 'unknown' }
    const isOld = now.getTime() - each.writtenAt.getTime() > incompleteAfterMs
    return { ...each, decision: isOld ? 'collect' : 'young' }
  })
}

/** Who may remove but not write there can still prune backups. */
async function timeThere(from: Exporter, run: RunContext): Promise<Date | undefined> {
  try {
    return await destinationClock(from, run.signal)
  } catch (error) {
    if (!isPgarkError(error)) throw error
    const message = `What runs have left stays: the time at ${from.location} could not be learnt. ${error.message}`
    run.onEvent({ type: 'warning', code: 'PRUNE.CLOCK', message, hint: 'allow it to write there' })
    return undefined
  }
}
