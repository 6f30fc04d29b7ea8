import type { Outcome } from './outcome.ts'
import { type Plan, planOf } from './plan.ts'
import { runBackup } from './run-backup.ts'
import { runRestore } from './run-restore.ts'
import { createWorld } from './world.ts'

export interface SoakOptions {
  readonly seed: string
  /** Numbers of the runs; each is the same whichever others there are. */
  readonly runs: Iterable<number>
  /** What is run instead of the built command. */
  readonly command?: readonly string[]
  /** Runs that it says no to are left out. */
  readonly only?: (plan: Plan) => boolean
}

export interface SoakedRun {
  readonly plan: Plan
  readonly outcome: Outcome
}

/** Runs backups and restores under faults that depend on the seed alone. Whoever has seen enough may stop. */
export async function* soak({ seed, runs, command, only = () => true }: SoakOptions): AsyncGenerator<SoakedRun> {
  const world = await createWorld(command)
  try {
    for (const run of runs) {
      const plan = planOf(seed, run)
      if (!only(plan)) continue
      const runOne = plan.operation === 'backup' ? runBackup : runRestore
      yield { plan, outcome: await runOne(plan, world) }
    }
  } finally {
    await world.end()
  }
}
