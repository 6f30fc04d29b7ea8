import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { whereProblems } from '../arguments/where.ts'
import { repeatable } from './command.ts'

export interface FilterFlags {
  where?: string[]
}

export interface FilteredBackupFlags extends FilterFlags {
  onOrphans?: string
  filterValues?: true
}

const orphanRules = ['fail', 'report', 'not-valid']

/** Adds the flag that chooses rows. */
export function withFilters(command: Command): Command {
  return command.option(
    '--where <table: condition>',
    'of this table only the rows that satisfy the condition (repeatable)',
    repeatable,
  )
}

/** Adds it with those that say what becomes of what filters leave out. */
export function withFilteredBackup(command: Command): Command {
  return withFilters(command)
    .option('--on-orphans <what>', 'rows that would refer to rows left out: fail, report or not-valid (default fail)')
    .option('--filter-values', 'keep the values of filters in the backup, not only their number and hash')
}

export function* filteredBackupProblems({ where, onOrphans }: FilteredBackupFlags): Iterable<Problem> {
  yield* whereProblems(where)
  if (onOrphans !== undefined && !orphanRules.includes(onOrphans)) {
    yield { message: `Expected --on-orphans fail, report or not-valid, got ${onOrphans}.` }
  }
}
