import { file, type Problem, type PruneOptions, pruneProblems } from '@pgark/core'
import { keyValues } from '../arguments/key-values.ts'
import { periodMs } from '../arguments/period.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import type { RetentionConfig } from '../config/define-config.ts'
import type { PruneFlags } from './prune.ts'

const counts = ['keepLast', 'keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly', 'minKeep'] as const

/**
 * The rules as the library takes them, those of the destination's retention where the flags have none; what cannot be read is left out,
 * and was told.
 */
export function pruneOptions(flags: PruneFlags, retention: RetentionConfig = {}): Omit<PruneOptions, 'from'> {
  const numbers = counts.flatMap((name) => {
    const count = wholeNumber(flags[name] ?? '')
    return count === undefined ? [] : [[name, count]]
  })
  const keepWithinMs = periodMs(flags.keepWithin ?? '')
  const incompleteAfterMs = periodMs(flags.incompleteAfter ?? '')
  const hasRule = Object.keys(flags).some((flag) => flag.startsWith('keep'))
  return {
    ...(!hasRule && retention),
    ...Object.fromEntries(numbers),
    ...(keepWithinMs !== undefined && { keepWithinMs }),
    ...(incompleteAfterMs !== undefined && { incompleteAfterMs }),
    ...(flags.keepMetadata && { keepMetadata: keyValues(flags.keepMetadata) }),
    // What is none of them the library refuses.
    ...(flags.count !== undefined && { count: flags.count as 'complete' | 'verified' }),
    ...(flags.groupBy !== undefined && { groupBy: flags.groupBy.split(',') }),
    ...(flags.timeZone !== undefined && { timeZone: flags.timeZone }),
  }
}

/** What the library says to the rules, whatever the destination is. */
export const libraryProblems = (flags: PruneFlags, retention?: RetentionConfig): readonly Problem[] =>
  pruneProblems({ from: file('backups'), ...standIns(flags), ...pruneOptions(flags, retention) })

/** For what was given and cannot be read: that was told, and is no rule that is missing. */
const standIns = (flags: PruneFlags): Partial<PruneOptions> => ({
  ...Object.fromEntries(counts.flatMap((name) => (flags[name] === undefined ? [] : [[name, 1]]))),
  ...(flags.keepWithin !== undefined && { keepWithinMs: 1 }),
})
