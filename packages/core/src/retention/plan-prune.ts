import { atOnce } from '../catalogue/at-once.ts'
import { backupParts } from '../catalogue/backup-parts.ts'
import { type FoundBackup, findBackups } from '../catalogue/find-backups.ts'
import { runsWithoutManifest } from '../catalogue/incomplete-runs.ts'
import type { Exporter } from '../contracts/exporter.ts'
import { type RunContext, type RunOptions, runContext } from '../contracts/run.ts'
import { identityOf } from '../destination/identity.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { countProblems, isObject, keyProblems, pluginProblems, removalProblems } from '../runs/check-call.ts'
import { type Candidate, decide, newestFirst } from './decide.ts'
import { groupOf } from './group-of.ts'
import { planRuns } from './plan-runs.ts'
import type { PlannedBackup, PruneGroup, PrunePlan } from './prune-plan.ts'
import { type RetentionRules, ruleNames, ruleProblems } from './rules.ts'
import { type Standing, standingOf } from './standing.ts'
import { checkMetadataNames } from './unknown-metadata.ts'

export interface PruneOptions extends RetentionRules, RunOptions {
  /** A folder or bucket of backups. */
  from: Exporter
  /**
   * What a run has left that did not come to its end goes once nothing of it was written for so long, by the destination's clock.
   * Default 24 hours. Where the destination cannot tell of uploads that are on (Google Cloud Storage), this must be longer than the longest
   * upload of one object.
   */
  incompleteAfterMs?: number
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * What the rules keep at a destination, each backup with its reasons, and what would go. Every backup is looked at: its manifest,
 * the sizes of all its objects, its proofs. Nothing is removed; where there are runs without a manifest, a small object is written
 * and removed again to learn the destination's time. `prune` carries the plan out.
 *
 * Metadata that no backup has, in a rule or a group, is a warning `PRUNE.METADATA`; where it is nearly the name of what is there,
 * `planPrune` rejects with `USAGE.OPTIONS`: a misspelt name would keep nothing.
 */
export async function planPrune(options: PruneOptions): Promise<PrunePlan> {
  refuseProblems(pruneProblems(options))
  return await makePlan(options, runContext(options))
}

/** Everything that is wrong with the options. */
export function pruneProblems(options: PruneOptions): readonly Problem[] {
  const known = ['from', 'incompleteAfterMs', ...ruleNames, 'signal', 'onEvent', 'log']
  const problems: Problem[] = [...keyProblems(options, known)]
  if (!isObject(options)) return problems
  problems.push(...ruleProblems(options), ...countProblems(options, ['incompleteAfterMs'], 1))
  const noDestination = [...pluginProblems('destination', options.from)]
  if (noDestination.length > 0) return [...problems, ...noDestination]
  const { from } = options
  problems.push(...removalProblems(from))
  if (from.objectKey !== undefined)
    problems.push({ message: `${from.location} is one backup.`, hint: 'name the folder or bucket that it is in' })
  return problems
}

async function makePlan(options: PruneOptions, run: RunContext): Promise<PrunePlan> {
  const { from, incompleteAfterMs = dayMs } = options
  const { signal } = run
  const found = await findBackups(from, { signal })
  checkMetadataNames(options, found.backups, run)
  const examined = await atOnce(found.backups, (backup) => examine(options, backup, signal))
  const reasons = decide(
    examined.map(({ candidate }) => candidate),
    options,
    new Date(),
  )
  const groups = Map.groupBy(examined, ({ candidate }) => candidate.group)
  const planned = [...groups].map(([of, group]): PruneGroup => {
    const sorted = group.toSorted((a, b) => newestFirst(a.candidate, b.candidate))
    const backups = sorted.map(
      ({ backup, standing }): PlannedBackup => ({
        key: backup.key,
        manifestSha256: backup.manifestSha256,
        time: backup.manifest.snapshot.time,
        sizeBytes: backup.manifest.totals.sizeBytes,
        reasons: reasons.get(backup.key) ?? [],
        ...(standing.problem !== undefined && { problem: standing.problem }),
      }),
    )
    const newest = backups.find((backup) => backup.reasons.some(({ rule }) => rule === 'newest'))
    return { of: JSON.parse(of), backups, newestGood: newest?.key }
  })
  const incomplete = await planRuns(from, await runsWithoutManifest(from, found, { signal }), incompleteAfterMs, run)
  const going = examined.filter(({ backup }) => reasons.get(backup.key)?.length === 0)
  const collected = incomplete.filter(({ decision }) => decision === 'collect')
  const unreadable = found.unreadable.map(({ key, error }) => ({ key, problem: error.message }))
  return {
    location: from.location,
    identity: identityOf(from),
    groups: planned.sort((a, b) => JSON.stringify(a.of).localeCompare(JSON.stringify(b.of))),
    incomplete,
    unreadable: unreadable.sort((a, b) => a.key.localeCompare(b.key)),
    freedBytes: [...going, ...collected].reduce((total, { sizeBytes }) => total + sizeBytes, 0),
  }
}

interface Examined {
  readonly backup: FoundBackup
  readonly candidate: Candidate
  readonly standing: Standing
  /** Of all that lies there of it, but for its manifest. */
  readonly sizeBytes: number
}

async function examine(
  { from, count, groupBy }: PruneOptions,
  backup: FoundBackup,
  signal: AbortSignal,
): Promise<Examined> {
  const { key, manifest, layout, writtenAt } = backup
  const parts = await backupParts(from, backup, { signal })
  const standing = await standingOf(from, backup, parts, count, signal)
  const own = layout.objectKey('')
  const others = parts.objects.filter((object) => object.key !== key && !object.key.startsWith(own))
  const candidate: Candidate = {
    ...{ key, writtenAt, metadata: manifest.metadata, standing: standing.standing },
    time: new Date(manifest.snapshot.time),
    group: JSON.stringify(groupOf(manifest, groupBy)),
    needs: [...new Set(others.map((object) => object.key.split('/', 1).join()))],
  }
  const sizeBytes = [...parts.listed.values()].reduce((total, object) => total + object.sizeBytes, 0)
  return { backup, candidate, standing, sizeBytes }
}
