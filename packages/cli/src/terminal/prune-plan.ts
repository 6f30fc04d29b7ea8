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
const decisions: Readonly<Record<PlannedRun['decision'], string>> = {
  collect: 'remove',
  alive: 'stays: it is running',
  young: 'stays: it may be running',
  unknown: 'stays: the time there is not known',
}

/** A plan as a table for each group, which says of every backup what keeps it, or that it goes. */
export function describePlan(plan: PrunePlan): string {
  const backups = plan.groups.flatMap((group) => group.backups)
  const going = backups.filter(({ reasons }) => reasons.length === 0)
  const sections = plan.groups.map(describeGroup)
  if (plan.incomplete.length > 0) sections.push(`incomplete runs\n${describeRuns(plan.incomplete)}`)
  for (const { key, problem } of plan.unreadable) sections.push(`unreadable: ${key}: ${problem}\n`)
  const stays = formatNumberOf(backups.length - going.length, 'backup')
  const frees = `${formatNumberOf(going.length, 'backup')} to remove, ${formatBytes(plan.freedBytes)} to free`
  return `${sections.join('\n')}${sections.length > 0 ? '\n' : ''}${stays} to keep, ${frees}\n`
}

function describeGroup({ of, backups }: PruneGroup): string {
  const title = Object.entries(of).map(([part, value]) => `${part} ${value === '' ? '(none)' : value}`)
  const rows = backups.map(({ key, time, sizeBytes, reasons, problem }) => [
    key,
    time.slice(0, 19).replace('T', ' '),
    formatBytes(sizeBytes),
    reasons.length === 0 ? 'remove' : `keep: ${reasons.map(inWords).join(', ')}${problem ? ` (${problem})` : ''}`,
  ])
  const heading = title.length > 0 ? `${title.join(', ')}\n` : ''
  return `${heading}${formatTable(['backup', 'snapshot (UTC)', 'size', ''], rows)}\n`
}

const inWords = ({ rule, of }: KeepReason) => (of === undefined ? words[rule] : `${words[rule]} ${of}`)

function describeRuns(runs: readonly PlannedRun[]): string {
  const rows = runs.map(({ key, kind, writtenAt, sizeBytes, decision }) => [
    key,
    writtenAt.toISOString().slice(0, 19).replace('T', ' '),
    formatBytes(sizeBytes),
    // Beside it there may be a backup, which stays.
    kind === 'writes' && decision === 'collect' ? 'remove what is unfinished' : decisions[decision],
  ])
  return `${formatTable(['run', 'last written (UTC)', 'size', ''], rows)}\n`
}
