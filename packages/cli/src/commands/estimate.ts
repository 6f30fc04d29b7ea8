import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { whereProblems } from '../arguments/where.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command } from './command.ts'
import { type FilterFlags, withFilters } from './filter-flags.ts'
import { type SelectionFlags, withSelection } from './selection-flags.ts'
import { type SourceFlags, sourceProblems, withSource } from './source-flags.ts'

export interface EstimateFlags extends CommonFlags, SelectionFlags, FilterFlags, SourceFlags {
  exact?: true
}

export function estimateCommand(): Command {
  const created = command('estimate', 'Tell how many rows and bytes a backup would have, with filters and without.', [
    'pgark estimate postgres://app@db/shop',
    "pgark estimate --where 'orders: total > 100' --exact   # DATABASE_URL",
  ])
    .argument('[database]', 'URL, connection string or name; default DATABASE_URL, then PGHOST, PGDATABASE …')
    .option('--exact', 'count rows, which reads all tables, instead of asking the planner')
  return withSource(withSelection(withFilters(created))).action(async (...args) => {
    const { flags, operands, config } = await checked<EstimateFlags>(args.at(-1), { arguments: 1, problems })
    const { runEstimate } = await import('./run-estimate.ts')
    await runEstimate(flags, operands[0], config)
  })
}

function* problems(flags: EstimateFlags, [database]: readonly string[] = [], config: ProjectConfig): Iterable<Problem> {
  yield* whereProblems(flags.where)
  yield* databaseProblems('The database', database, config)
  yield* sourceProblems(flags)
}
