import type { TocEntry } from '@pgark/pg-archive'
import { refusal, type TargetCheck } from '../target-checks/target-check.ts'
import { existingObjects } from './existing-objects.ts'

const firstNames = 50

/** Nothing that these entries create may be there: all of it that is, is told. */
export function conflicts(entries: readonly TocEntry[], encoding: string): TargetCheck {
  return async ({ client, server }) => {
    const found = await existingObjects(client, entries, encoding)
    // Who knows that a table is there need not be told of its keys.
    const whole = found.filter(({ isPart }) => !isPart)
    const all = [...new Set((whole.length > 0 ? whole : found).map(({ label }) => label))].sort()
    const told = all.length > firstNames ? [...all.slice(0, firstNames), `and ${all.length - firstNames} more`] : all
    return refusal(
      'REFUSED.EXISTS',
      told,
      (names) => `${names}: already in ${server.database}; nothing was changed.`,
      'restore into an empty database (--create-database makes one), or say what becomes of it (--on-existing)',
    )
  }
}
