import { backupParts } from '../catalogue/backup-parts.ts'
import { type FoundBackup, type FoundBackups, findBackups } from '../catalogue/find-backups.ts'
import { removeBackup } from '../catalogue/remove-backup.ts'
import { removeRun } from '../catalogue/remove-run.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext, RunOptions } from '../contracts/run.ts'
import { identityOf } from '../destination/identity.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { isObject, keyProblems, pluginProblems } from '../runs/check-call.ts'
import { whileItRuns } from '../runs/while-it-runs.ts'
import { isKept, type PruneGroup, type PrunePlan } from './prune-plan.ts'
import { standingOf } from './standing.ts'

export interface CarryOutOptions extends RunOptions {
  from: Exporter
  /** What `planPrune` answered for the same destination. */
  plan: PrunePlan
}

export interface PruneResult {
  readonly location: string
  /** Backups that are gone. */
  readonly removed: readonly string[]
  /** What runs that did not come to their end had left and is gone, by its keys in the plan. */
  readonly collected: readonly string[]
  readonly freedBytes: number
}

/**
 * Carries a plan out: removes the backups that it keeps for no reason, the oldest first, each with its manifest first, and collects
 * the runs that it says. What is gone already is passed over.
 *
 * Rejects before anything is removed with `DAMAGE.UNREADABLE` while there is a manifest that cannot be read, and with
 * `REFUSED.CHANGED` where the newest good backup of a group is not good any more, or another backup has taken the place of one that
 * was to go. Asks nobody: that is for who shows the plan.
 */
export async function prune(options: CarryOutOptions): Promise<PruneResult> {
  refuseProblems(problemsOf(options))
  return await whileItRuns(options, (run) => carryOut(options, run))
}

async function carryOut({ from, plan }: CarryOutOptions, run: RunContext): Promise<PruneResult> {
  const { signal } = run
  const found = await findBackups(from, { signal })
  refuseUnreadable(from, found)
  const backups = new Map(found.backups.map((backup) => [backup.key, backup]))
  const going: FoundBackup[] = []
  for (const group of plan.groups) {
    const removed = goingOf(group, backups)
    if (removed.length > 0) await refuseWithoutNewest(from, group, backups, signal)
    going.push(...removed)
  }
  run.onEvent({ type: 'phase', name: 'remove' })
  const removed: string[] = []
  const collected: string[] = []
  let freedBytes = 0
  for (const backup of going.toSorted(oldestFirst)) {
    signal.throwIfAborted()
    freedBytes += await removeBackup(from, backup, run)
    removed.push(backup.key)
  }
  for (const planned of plan.incomplete.filter(({ decision }) => decision === 'collect')) {
    signal.throwIfAborted()
    const bytes = await removeRun(from, planned, run)
    if (bytes === undefined) continue
    freedBytes += bytes
    collected.push(planned.key)
  }
  const result = { location: from.location, removed, collected, freedBytes }
  run.onEvent({ type: 'result', command: 'prune', ok: true, ...result })
  return result
}

function refuseUnreadable(from: Exporter, { unreadable }: FoundBackups): void {
  if (unreadable.length === 0) return
  const named = unreadable.map(({ error }) => error.message).sort()
  throw new PgarkError('DAMAGE.UNREADABLE', `Nothing is removed from ${from.location}: ${named.join(' ')}`, {
    hint: 'restore the manifest from another copy, use a newer version of pgark, or remove that backup: pgark remove',
    meta: { keys: unreadable.map(({ key }) => key).sort() },
  })
}

/** What is to go and still there. */
function goingOf({ backups }: PruneGroup, found: ReadonlyMap<string, FoundBackup>): readonly FoundBackup[] {
  return backups.flatMap((planned) => {
    const there = isKept(planned) ? undefined : found.get(planned.key)
    if (there && there.manifestSha256 !== planned.manifestSha256) {
      throw changed(`${planned.key} is another backup than the one that was to be removed.`)
    }
    return there ? [there] : []
  })
}

async function refuseWithoutNewest(
  from: Exporter,
  { newestGood, backups }: PruneGroup,
  found: ReadonlyMap<string, FoundBackup>,
  signal: AbortSignal,
): Promise<void> {
  const planned = backups.find(({ key }) => key === newestGood)
  const there = found.get(newestGood ?? '')
  if (planned && there?.manifestSha256 === planned.manifestSha256) {
    const parts = await backupParts(from, there, { signal })
    const { standing } = await standingOf(from, there, parts, 'complete', signal)
    if (standing === 'good') return
  }
  throw changed(
    `The newest good backup of the plan, ${newestGood ?? 'which it lacks'}, is not there or not whole any more.`,
  )
}

const oldestFirst = (a: FoundBackup, b: FoundBackup) => a.manifest.snapshot.time.localeCompare(b.manifest.snapshot.time)

const changed = (message: string) =>
  new PgarkError('REFUSED.CHANGED', `${message} Nothing was removed.`, { hint: 'make a new plan: run it again' })

function problemsOf(options: CarryOutOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, ['from', 'plan', 'signal', 'onEvent', 'log'])]
  if (!isObject(options)) return problems
  problems.push(...pluginProblems('destination', options.from))
  if (problems.length > 0) return problems
  if (!isObject(options.plan) || options.plan.identity !== identityOf(options.from))
    problems.push({ message: `Expected a plan for ${options.from.location}.`, hint: 'make one: planPrune()' })
  return problems
}
