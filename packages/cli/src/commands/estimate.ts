import type { Command } from 'commander'
import { checked, command } from './command.ts'
import { type PlannedFlags, plannedProblems, withPlanned } from './planned-flags.ts'

export interface EstimateFlags extends PlannedFlags {
  exact?: true
}

export function estimateCommand(): Command {
  const created = command('estimate', 'Tell how many rows and bytes a backup would have, with filters and without.', [
    'pgark estimate postgres://app@db/shop',
    "pgark estimate --where 'orders: total > 100' --exact   # DATABASE_URL",
    'pgark estimate --backup nightly   # as the config file says',
  ]).option('--exact', 'count rows, which reads all tables, instead of asking the planner')
  return withPlanned(created).action(async (...args) => {
    const given = { arguments: 1, problems: plannedProblems }
    const { flags, operands, config } = await checked<EstimateFlags>(args.at(-1), given)
    const { runEstimate } = await import('./run-estimate.ts')
    await runEstimate(flags, operands[0], config)
  })
}
