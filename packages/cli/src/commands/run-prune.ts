import {
  formatNumberOf,
  nothingAt,
  type PruneOptions,
  type PrunePlan,
  planPrune,
  prune,
  refuseProblems,
} from '@pgark/core'
import { openPlace } from '../arguments/place.ts'
import { whileOpen } from '../arguments/while-open.ts'
import type { RetentionConfig } from '../config/define-config.ts'
import { untilInterrupted } from '../signals.ts'
import { confirm } from '../terminal/confirm.ts'
import { describePlan } from '../terminal/prune-plan.ts'
import { createReporter, type Reporter } from '../terminal/reporter.ts'
import type { PruneFlags } from './prune.ts'
import { libraryProblems, pruneOptions } from './prune-options.ts'

export async function runPrune(flags: PruneFlags, destination: string, retention?: RetentionConfig): Promise<void> {
  const options = pruneOptions(flags, retention)
  refuseProblems(libraryProblems(flags, retention))
  const from = await openPlace(destination, flags.plugin)
  const reporter = createReporter(flags)
  try {
    const plan = await untilInterrupted((signal) =>
      whileOpen(from, () => planAndPrune({ from, ...options }, flags, reporter, signal)),
    )
    // What is damaged stays, and somebody should look at it.
    const isDamaged = plan.groups.some(({ backups }) => backups.some(({ problem }) => problem !== undefined))
    if (isDamaged || plan.unreadable.length > 0) process.exitCode = 3
  } finally {
    reporter.end()
  }
}

async function planAndPrune(
  { from, ...rules }: PruneOptions,
  flags: PruneFlags,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<PrunePlan> {
  const { onEvent, log } = reporter
  const plan = await planPrune({ from, ...rules, signal, onEvent, log })
  reporter.end()
  if (plan.groups.length + plan.incomplete.length + plan.unreadable.length === 0)
    throw await nothingAt(from, { signal })
  if (!flags.json && !flags.quiet) process.stdout.write(describePlan(plan))
  if (flags.dryRun) {
    if (flags.json) onEvent({ type: 'result', command: 'prune', ok: plan.unreadable.length === 0, dryRun: true, plan })
    return plan
  }
  const going = goingIn(plan)
  // Where a manifest cannot be read it is refused, whoever consents.
  if (going !== undefined && plan.unreadable.length === 0) {
    await confirm(flags.yes ?? false, 'remove', going, reporter)
  }
  await prune({ from, plan, signal, onEvent, log })
  return plan
}

/** What would be removed, in words; undefined for nothing. */
function goingIn({ groups, incomplete }: PrunePlan): string | undefined {
  const backups = groups.flatMap((group) => group.backups).filter(({ reasons }) => reasons.length === 0).length
  const runs = incomplete.filter(({ decision }) => decision === 'collect').length
  const parts = [
    ...(backups > 0 ? [formatNumberOf(backups, 'backup')] : []),
    ...(runs > 0 ? [formatNumberOf(runs, 'incomplete run')] : []),
  ]
  return parts.length > 0 ? parts.join(' and ') : undefined
}
