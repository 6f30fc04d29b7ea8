import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { durationProblems } from '../arguments/duration.ts'
import { type OrmFlags, ormProblems } from '../arguments/orm.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { withOrm } from './orm-flags.ts'

/** Which application's database is read, and how. */
export interface SourceFlags extends OrmFlags {
  lockTimeout?: string
  connectTimeout?: string
  allowPooler?: true
}

export function withSource(command: Command): Command {
  return withOrm(command)
    .option('--lock-timeout <duration>', 'longest wait for a lock on a table (default 10s)')
    .option('--connect-timeout <duration>', 'longest wait for a connection (default 10s)')
    .option('--allow-pooler', 'read through a pooler in transaction mode')
}

/**
 * What is wrong with them, by themselves and beside the database.
 *
 * @param database as an argument, or a backup of the config, names it
 */
export function* sourceProblems(
  flags: SourceFlags,
  database: string | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  yield* ormProblems(flags, database, config)
  yield* durationProblems('--lock-timeout', flags.lockTimeout)
  yield* durationProblems('--connect-timeout', flags.connectTimeout)
}
