import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { durationProblems } from '../arguments/duration.ts'

/** How a database is read. */
export interface SourceFlags {
  lockTimeout?: string
  connectTimeout?: string
  allowPooler?: true
}

export function withSource(command: Command): Command {
  return command
    .option('--lock-timeout <duration>', 'longest wait for a lock on a table (default 10s)')
    .option('--connect-timeout <duration>', 'longest wait for a connection (default 10s)')
    .option('--allow-pooler', 'read through a pooler in transaction mode')
}

export function* sourceProblems({ lockTimeout, connectTimeout }: SourceFlags): Iterable<Problem> {
  yield* durationProblems('--lock-timeout', lockTimeout)
  yield* durationProblems('--connect-timeout', connectTimeout)
}
