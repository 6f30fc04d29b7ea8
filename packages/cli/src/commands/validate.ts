import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { whereProblems } from '../arguments/where.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command } from './command.ts'
import { type FilterFlags, withFilters } from './filter-flags.ts'
import { type SelectionFlags, withSelection } from './selection-flags.ts'
import { type SourceFlags, sourceProblems, withSource } from './source-flags.ts'

export interface ValidateFlags extends CommonFlags, SelectionFlags, FilterFlags, SourceFlags {}

export function validateCommand(): Command {
  const created = command('validate', 'Have the server check filters. Reads no rows, writes nothing.', [
    "pgark validate postgres://app@db/shop --where 'orders: total > 100'",
    `pgark validate --where "orders: created_at > now() - interval '30 days'" --where 'customers: active'   # DATABASE_URL`,
  ]).argument('[database]', 'URL, connection string or name; default DATABASE_URL, then PGHOST, PGDATABASE …')
  return withSource(withSelection(withFilters(created))).action(async (...args) => {
    const { flags, operands, config } = await checked<ValidateFlags>(args.at(-1), { arguments: 1, problems })
    const { runValidate } = await import('./run-validate.ts')
    await runValidate(flags, operands[0], config)
  })
}

function* problems(flags: ValidateFlags, [database]: readonly string[] = [], config: ProjectConfig): Iterable<Problem> {
  if (!flags.where) {
    yield { message: 'Which filters? --where is missing.', hint: "for example --where 'orders: total > 100'" }
  }
  yield* whereProblems(flags.where)
  yield* databaseProblems('The database', database, config)
  yield* sourceProblems(flags)
}
