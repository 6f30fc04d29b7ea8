import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { whereProblems } from '../arguments/where.ts'
import { backupNameProblems } from '../config/named-backup.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import type { CommonFlags } from './command.ts'
import { type FilterFlags, withFilters } from './filter-flags.ts'
import { type SelectionFlags, withSelection } from './selection-flags.ts'
import { type SourceFlags, sourceProblems, withSource } from './source-flags.ts'

/** Flags of a command that looks at what a backup would read. */
export interface PlannedFlags extends CommonFlags, SelectionFlags, FilterFlags, SourceFlags {
  /** A backup of the config. */
  backup?: string
}

export function withPlanned(command: Command): Command {
  const created = command
    .argument(
      '[database]',
      'URL, connection string or name; default that of an ORM, DATABASE_URL, then PGHOST, PGDATABASE …',
    )
    .option('--backup <name>', 'as this backup of the config file selects and filters; flags override it')
  return withSource(withSelection(withFilters(created)))
}

export function* plannedProblems(
  flags: PlannedFlags,
  operands: readonly string[] | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  const [database] = operands ?? []
  yield* whereProblems(flags.where)
  if (flags.backup === undefined) yield* databaseProblems('The database', database, config)
  else {
    // What follows an unknown option may be the database.
    if (operands) yield* backupNameProblems(flags.backup, config, database)
    if (database !== undefined) yield* databaseProblems('The database', database, config)
  }
  yield* sourceProblems(flags, database ?? config.backups.get(flags.backup ?? '')?.database, config)
}
