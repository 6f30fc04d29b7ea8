import type { BackupOptions, FilterInput, OnOrphans } from '@pgark/core'
import { custom } from '@pgark/filters'
import { whereOf } from '../arguments/where.ts'
import type { FilteredBackupFlags } from './filter-flags.ts'

/** By what `--on-orphans` calls them. */
const onOrphans = new Map<string | undefined, OnOrphans>([
  ['fail', 'fail'],
  ['report', 'report'],
  ['not-valid', 'notValid'],
])

/** The options for as much of the flags as can be read. */
export function filtersOf(flags: FilteredBackupFlags): Pick<BackupOptions, 'filters' | 'onOrphans' | 'filterValues'> {
  const filters = flags.where
    ?.flatMap((text) => whereOf(text) ?? [])
    .map(({ table, condition }): [string, FilterInput] => [table, custom({ text: [condition], parts: [] }, 'where')])
  const rule = onOrphans.get(flags.onOrphans)
  return {
    ...(filters && { filters: Object.fromEntries(filters) }),
    ...(rule && { onOrphans: rule }),
    ...(flags.filterValues && { filterValues: true }),
  }
}
