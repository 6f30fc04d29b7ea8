import { periodsIn } from './periods.ts'
import { periodRules, type RetentionRules } from './rules.ts'

/** A backup as the rules see it. */
export interface Candidate {
  /** What it is called at the destination. */
  readonly key: string
  /** Of its snapshot. */
  readonly time: Date
  /** When its manifest was written, by the destination's clock. */
  readonly writtenAt: Date
  /** Backups of the same group compete. */
  readonly group: string
  readonly metadata: Readonly<Record<string, string>>
  /** `good` counts; `unproved` is complete, but the rules count only what was checked; `damaged` is known not to be whole. */
  readonly standing: 'good' | 'unproved' | 'damaged'
  /** Other backups that have objects of this one. */
  readonly needs: readonly string[]
}

/** Why a backup stays. */
export interface KeepReason {
  /**
   * A rule of `RetentionRules`, or: `newest`, it is the newest good one by its server's or by the destination's clock · `future`, its
   * time has not come yet, so that nobody knows how old it is · `unproved`, younger than any good one · `damaged`: removing it is left
   * to a person · `needed`, by a backup that stays.
   */
  readonly rule: (typeof periodRules)[number] | OtherRule
  /** The period, the metadata, or the backup that needs it; of `newest`, `destination` where it is that only by the destination's clock. */
  readonly of?: string
}
type OtherRule =
  | ('keepLast' | 'keepWithinMs' | 'keepMetadata' | 'minKeep')
  | ('newest' | 'future' | 'unproved' | 'damaged' | 'needed')

export type Reasons = ReadonlyMap<string, readonly KeepReason[]>

/** Why each backup stays, by its key; what has no reason is to go. Deciding again about what stays decides the same. */
export function decide(candidates: readonly Candidate[], rules: RetentionRules, now: Date): Reasons {
  const reasons = new Map<string, KeepReason[]>(candidates.map(({ key }) => [key, []]))
  const keep = ({ key }: Candidate, reason: KeepReason) => reasons.get(key)?.push(reason)
  for (const group of Map.groupBy(candidates, (candidate) => candidate.group).values()) {
    decideGroup(group.toSorted(newestFirst), rules, now, keep)
  }
  keepNeeded(candidates, reasons)
  return reasons
}

type Keep = (candidate: Candidate, reason: KeepReason) => void

type Timed = Pick<Candidate, 'time' | 'key'>
/** A time that is none comes before all others, so that these still have an order. */
const timeOf = ({ time }: Timed) => (Number.isNaN(time.getTime()) ? Number.POSITIVE_INFINITY : time.getTime())

/** Newest first; where times are equal the order is that of the names, so that it is always the same. */
export const newestFirst = (a: Timed, b: Timed) =>
  timeOf(a) === timeOf(b) ? b.key.localeCompare(a.key) : timeOf(b) - timeOf(a)

function decideGroup(group: readonly Candidate[], rules: RetentionRules, now: Date, keep: Keep): void {
  const past = group.filter((candidate) => candidate.time <= now)
  // Not `>`: a time that is none has not come either.
  for (const candidate of group) if (!(candidate.time <= now)) keep(candidate, { rule: 'future' })
  for (const candidate of past) if (candidate.standing === 'damaged') keep(candidate, { rule: 'damaged' })
  const complete = past.filter(({ standing }) => standing !== 'damaged')
  const good = complete.filter(({ standing }) => standing === 'good')
  const [newest] = good
  for (const candidate of complete) {
    // Without any good one there is nothing that the others could have been replaced by.
    const isYounger = !newest || newestFirst(candidate, newest) < 0
    if (candidate.standing === 'unproved' && isYounger) keep(candidate, { rule: 'unproved' })
  }
  if (!newest) return
  keepNewest(good, keep)
  for (const candidate of good.slice(0, rules.minKeep ?? 1)) keep(candidate, { rule: 'minKeep' })
  for (const candidate of good.slice(0, rules.keepLast ?? 0)) keep(candidate, { rule: 'keepLast' })
  keepPeriods(good, rules, keep)
  // These count nothing, so that what was not checked is as good.
  const { keepWithinMs = 0, keepMetadata = {} } = rules
  const facts = Object.entries(keepMetadata)
  for (const candidate of complete) {
    const age = newest.time.getTime() - candidate.time.getTime()
    if (keepWithinMs > 0 && age <= keepWithinMs) keep(candidate, { rule: 'keepWithinMs' })
    if (facts.length > 0 && facts.every(([key, value]) => candidate.metadata[key] === value))
      keep(candidate, { rule: 'keepMetadata', of: facts.map((fact) => fact.join('=')).join(' ') })
  }
}

/** By either clock: after one has jumped they disagree, and one of the two is right. Which is which is told. */
function keepNewest(good: readonly Candidate[], keep: Keep): void {
  const byDestination = good.toSorted((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime() || newestFirst(a, b))
  const [byServer, other] = [good[0], byDestination[0]]
  if (byServer) keep(byServer, { rule: 'newest' })
  if (other && other !== byServer) keep(other, { rule: 'newest', of: 'destination' })
}

function keepPeriods(good: readonly Candidate[], rules: RetentionRules, keep: Keep): void {
  const periodOf = periodsIn(rules.timeZone ?? 'UTC')
  for (const rule of periodRules) {
    const seen = new Set<string>()
    for (const candidate of good) {
      if (seen.size >= (rules[rule] ?? 0)) break
      const of = periodOf(rule, candidate.time)
      if (!seen.has(of)) keep(candidate, { rule, of })
      seen.add(of)
    }
  }
}

function keepNeeded(candidates: readonly Candidate[], reasons: Map<string, KeepReason[]>): void {
  const byKey = new Map(candidates.map((candidate) => [candidate.key, candidate]))
  const staying = candidates.filter(({ key }) => (reasons.get(key) ?? []).length > 0)
  for (const { key, needs } of staying) {
    for (const needed of needs) {
      const other = byKey.get(needed)
      const isNew = reasons.get(needed)?.length === 0
      reasons.get(needed)?.push({ rule: 'needed', of: key })
      // It may need others itself; what is appended is visited too.
      if (other && isNew) staying.push(other)
    }
  }
}
