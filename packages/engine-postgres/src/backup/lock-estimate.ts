import type { TocEntry } from '@pgark/pg-archive'

/** A table is locked together with its TOAST table and that one's index. */
const withToast = new Set(['TABLE', 'MATERIALIZED VIEW'])

/** About how many locks a restore of these definitions in one transaction holds at its end. */
export function lockEstimate(entries: readonly TocEntry[]): number {
  return entries.reduce((sum, { description = '' }) => sum + (withToast.has(description) ? 3 : 1), 0)
}
