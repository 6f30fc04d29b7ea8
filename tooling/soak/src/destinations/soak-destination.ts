import type { ServiceName } from '@pgark/test-servers'
import type { Outcome } from '../outcome.ts'
import { type DestinationPlan, destinationPlanOf } from './destination-plan.ts'
import { createDestinationWorld } from './destination-world.ts'
import { runDestination } from './run-destination.ts'

export interface SoakedDestination {
  readonly plan: DestinationPlan
  readonly outcome: Outcome
}

/** Backs up to an object store under faults that depend on service and seed alone. */
export async function* soakDestination(
  service: ServiceName,
  seed: string,
  runs: Iterable<number>,
): AsyncGenerator<SoakedDestination> {
  const world = await createDestinationWorld(service)
  try {
    for (const run of runs) {
      const plan = destinationPlanOf(service, seed, run)
      yield { plan, outcome: await runDestination(plan, world) }
    }
  } finally {
    await world.end()
  }
}
