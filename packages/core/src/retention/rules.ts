import type { Problem } from '../errors/problems.ts'
import { countProblems, isObject } from '../runs/check-call.ts'

/**
 * Which backups stay, in restic's words. A backup stays when any rule keeps it. Rules hold for each group by itself.
 *
 * Time is that of a backup's snapshot, by its server's clock.
 */
export interface RetentionRules {
  /** The newest so many. */
  keepLast?: number
  /** The newest of each of the last so many hours in which there is one; likewise days, ISO weeks, months and years. */
  keepHourly?: number
  keepDaily?: number
  keepWeekly?: number
  keepMonthly?: number
  keepYearly?: number
  /** All that are at most so much older than the newest good one of the group: not than now, so that nothing expires while backups fail. */
  keepWithinMs?: number
  /** All that have each of these in their metadata. */
  keepMetadata?: Readonly<Record<string, string>>
  /** So many good ones stay in any case, the newest. Default 1, and at least that. */
  minKeep?: number
  /**
   * What a good one is, and thereby what the rules count: `complete`, the default: its manifest can be read, every object is there
   * with its size, and no check has found damage since. `verified`: also, a check has found it sound. What is not known to be sound
   * stays as long as it is younger than the newest good one.
   */
  count?: 'complete' | 'verified'
  /** What makes a group: `name` (the first part of the id) and `metadata:<key>`. Default `['name']`. */
  groupBy?: readonly string[]
  /** In which hours, days, weeks, months and years begin: an IANA name, such as `Europe/Berlin`. Default `UTC`. */
  timeZone?: string
}

export const periodRules = ['keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'] as const
const countRules = ['keepLast', ...periodRules] as const
export const ruleNames = [
  ...countRules,
  'keepWithinMs',
  'keepMetadata',
  'minKeep',
  'count',
  'groupBy',
  'timeZone',
] as const

/** Everything that is wrong with the rules. */
export function* ruleProblems(rules: RetentionRules): Iterable<Problem> {
  yield* countProblems(rules, [...countRules, 'keepWithinMs'], 0)
  yield* countProblems(rules, ['minKeep'], 1)
  const { keepMetadata = {}, count = 'complete', groupBy = [], timeZone = 'UTC' } = rules
  const hasMetadata = isObject(keepMetadata) && Object.keys(keepMetadata).length > 0
  if (!isObject(keepMetadata) || Object.values(keepMetadata).some((value) => typeof value !== 'string'))
    yield { message: 'Expected keepMetadata to be an object with text.' }
  if (count !== 'complete' && count !== 'verified')
    yield { message: `Expected count to be complete or verified, got ${count}.` }
  if (!Array.isArray(groupBy)) yield { message: 'Expected groupBy to be a list.' }
  else for (const part of groupBy) if (!isGroupPart(part)) yield groupProblem(part)
  if (!isTimeZone(timeZone)) yield { message: `There is no time zone ${timeZone}.`, hint: 'write Europe/Berlin or UTC' }
  // One that is wrong was told; it keeps something once it is right.
  const isRule = (name: (typeof countRules)[number] | 'keepWithinMs') => rules[name] !== undefined && rules[name] !== 0
  if (!hasMetadata && ![...countRules, 'keepWithinMs' as const].some(isRule)) {
    const hint = 'say what to keep, for example keepDaily 7'
    yield { message: 'No rule keeps anything: all but the newest backup would be removed.', hint }
  }
}

const isGroupPart = (part: unknown) => part === 'name' || (typeof part === 'string' && /^metadata:./s.test(part))
const groupProblem = (part: unknown) => ({
  message: `Expected groupBy to have name and metadata:<key>, got ${part}.`,
  hint: 'write name,metadata:type',
})

function isTimeZone(timeZone: unknown): boolean {
  try {
    return typeof timeZone === 'string' && new Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch {
    return false
  }
}
