import {
  formatBytes,
  formatNumberOf,
  type KeepReason,
  type PlannedRun,
  type PruneGroup,
  type PrunePlan,
} from '@pgark/core'
import { formatTable } from './table.ts'

const words: Readonly<Record<KeepReason['rule'], string>> = {
  keepLast: 'last',
  keepHourly: 'hourly',
  keepDaily: 'daily',
  keepWeekly: 'weekly',
  keepMonthly: 'monthly',
  keepYearly: 'yearly',
  keepWithinMs: 'within',
  keepMetadata: 'metadata',
  minKeep: 'min-keep',
  newest: 'newest good one',
  future: 'its time has not come',
  unproved: 'not verified yet',
  damaged: 'damaged, left to you',
  needed: 'needed by',
}
const heldUp = 'nothing goes while a manifest cannot be read'
const decisions: Readonly<Record<Exclude<PlannedRun['decision'], 'collect'>, string>> = {
  alive: 'stays: it is running',
  young: 'stays: it may be running',
  unknown: 'stays: the time there is not known',
}
/** Beside what is unfinished there may be a backup, which stays. */
const collected: Readonly<Record<PlannedRun['kind'], string>> = { run: 'remove', writes: 'remove what is unfinished' }

/** A plan as a table for each group, which says of every backup what keeps it, or that it goes. */
export function describePlan(plan: PrunePlan): string {
  const backups = plan.groups.flatMap((group) => group.backups)
  const isHeldUp = plan.unreadable.length > 0
  const goes = isHeldUp ? heldUp : 'remove'
  const sections = plan.groups.map((group) => describeGroup(group, goes))
  if (plan.incomplete.length > 0) sections.push(`incomplete runs\n${describeRuns(plan.incomplete, isHeldUp)}`)
  for (const { key, problem } of plan.unreadable) sections.push(`unreadable: ${key}: ${problem}\n`)
  const going = isHeldUp ? [] : backups.filter(({ reasons }) => reasons.length === 0)
  const stays = formatNumberOf(backups.length - going.length, 'backup')
  const freed = `${formatBytes(plan.freedBytes)} to free, contents and proofs included`
  const frees = isHeldUp ? heldUp : `${formatNumberOf(going.length, 'backup')} to remove, ${freed}`
  return `${sections.join('\n')}\n${stays} to keep, ${frees}\n`
}

function describeGroup({ of, backups }: PruneGroup, goes: string): string {
  const title = Object.entries(of).map(([part, value]) => `${part} ${value === '' ? '(none)' : value}`)
  const rows = backups.map(({ key, time, sizeBytes, reasons, problem }) => [
    key,
    time.slice(0, 19).replace('T', ' '),
    formatBytes(sizeBytes),
    reasons.length === 0 ? goes : `keep: ${reasons.map(inWords).join(', ')}${problem ? ` (${problem})` : ''}`,
  ])
  const heading = title.length > 0 ? `${title.join(', ')}\n` : ''
  return `${heading}${formatTable(['backup', 'snapshot (UTC)', 'size', ''], rows)}\n`
}

function inWords({ rule, of }: KeepReason): string {
  if (of === undefined) return words[rule]
  return rule === 'newest' ? `${words[rule]} by the ${of}'s clock` : `${words[rule]} ${of}`
}

function describeRuns(runs: readonly PlannedRun[], isHeldUp: boolean): string {
  const rows = runs.map(({ key, kind, writtenAt, sizeBytes, decision }) => [
    key,
    writtenAt.toISOString().slice(0, 19).replace('T', ' '),
    formatBytes(sizeBytes),
    decision !== 'collect' ? decisions[decision] : isHeldUp ? heldUp : collected[kind],
  ])
  return `${formatTable(['run', 'last written (UTC)', 'size', ''], rows)}\n`
}
