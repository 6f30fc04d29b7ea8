import { describe, expect, test } from 'vitest'
import type { RetentionRules } from '../../src/index.ts'
import { type Candidate, decide } from '../../src/retention/decide.ts'

const now = new Date('2026-12-31T23:59:59Z')
type Given = Partial<Candidate> & { time: Date }

/** Candidates named by their times. */
const at = (...times: string[]): Given[] => times.map((time) => ({ time: new Date(time), key: time }))
const candidate = (given: Given): Candidate => ({
  ...{ key: String(given.time), writtenAt: given.time, group: 'shop', metadata: {}, standing: 'good', needs: [] },
  ...given,
})
const decided = (given: readonly Given[], rules: RetentionRules) => decide(given.map(candidate), rules, now)
/** What stays, by which rules. */
const kept = (given: readonly Given[], rules: RetentionRules) =>
  Object.fromEntries(
    [...decided(given, rules)].flatMap(([key, reasons]) =>
      reasons.length > 0 ? [[key, reasons.map(({ rule, of }) => (of === undefined ? rule : `${rule} ${of}`))]] : [],
    ),
  )
/** What stays for a rule of that name. */
const keptBy = (rule: keyof RetentionRules, given: readonly Given[], rules: RetentionRules) =>
  Object.entries(kept(given, rules)).flatMap(([key, reasons]) =>
    reasons.filter((reason) => reason.startsWith(rule)).map((reason) => `${key}: ${reason.slice(rule.length + 1)}`),
  )

describe('rules of periods keep the newest of each of the last ones in which there is a backup', () => {
  const days = at('2026-03-01T01:00Z', '2026-03-01T23:00Z', '2026-03-03T01:00Z', '2026-03-09T01:00Z')
  test.each<[keyof RetentionRules, number, string[]]>([
    ['keepDaily', 2, ['2026-03-03T01:00Z: 2026-03-03', '2026-03-09T01:00Z: 2026-03-09']],
    [
      'keepDaily',
      3,
      ['2026-03-01T23:00Z: 2026-03-01', '2026-03-03T01:00Z: 2026-03-03', '2026-03-09T01:00Z: 2026-03-09'],
    ],
    ['keepWeekly', 2, ['2026-03-03T01:00Z: 2026-W10', '2026-03-09T01:00Z: 2026-W11']],
    ['keepWeekly', 9, ['2026-03-01T23:00Z: 2026-W09', '2026-03-03T01:00Z: 2026-W10', '2026-03-09T01:00Z: 2026-W11']],
    ['keepMonthly', 5, ['2026-03-09T01:00Z: 2026-03']],
    ['keepYearly', 5, ['2026-03-09T01:00Z: 2026']],
  ])('%s %i', (rule, n, expected) => {
    expect(keptBy(rule, days, { [rule]: n })).toEqual(expected)
  })

  test('keepHourly', () => {
    const hours = at('2026-03-01T01:00Z', '2026-03-01T01:59Z', '2026-03-01T05:00Z')
    expect(keptBy('keepHourly', hours, { keepHourly: 2 })).toEqual([
      '2026-03-01T01:59Z: 2026-03-01 01:00+00:00',
      '2026-03-01T05:00Z: 2026-03-01 05:00+00:00',
    ])
  })

  test('a week belongs to the year of its Thursday', () => {
    const turn = at('2020-12-31T00:00Z', '2021-01-03T00:00Z', '2021-01-04T00:00Z', '2026-01-01T00:00Z')
    expect(keptBy('keepWeekly', turn, { keepWeekly: 9 })).toEqual([
      '2021-01-03T00:00Z: 2020-W53',
      '2021-01-04T00:00Z: 2021-W01',
      '2026-01-01T00:00Z: 2026-W01',
    ])
  })
})

describe('periods are those of the time zone', () => {
  const zone = { timeZone: 'Europe/Berlin' }

  test('a backup after midnight in Berlin is of the next day there', () => {
    const night = at('2026-07-01T21:30Z', '2026-07-01T22:30Z')
    expect(keptBy('keepDaily', night, { keepDaily: 9 })).toHaveLength(1)
    expect(keptBy('keepDaily', night, { keepDaily: 9, ...zone })).toEqual([
      '2026-07-01T21:30Z: 2026-07-01',
      '2026-07-01T22:30Z: 2026-07-02',
    ])
  })

  test('the hour that comes twice in autumn is two', () => {
    const autumn = at('2026-10-25T00:10Z', '2026-10-25T00:40Z', '2026-10-25T01:10Z', '2026-10-25T01:40Z')
    expect(keptBy('keepHourly', autumn, { keepHourly: 9, ...zone })).toEqual([
      '2026-10-25T00:40Z: 2026-10-25 02:00+02:00',
      '2026-10-25T01:40Z: 2026-10-25 02:00+01:00',
    ])
  })

  test('the days on which clocks change have 23 and 25 hours and are one each', () => {
    const spring = at('2026-03-28T22:59Z', '2026-03-28T23:00Z', '2026-03-29T21:59Z', '2026-03-29T22:00Z')
    expect(keptBy('keepDaily', spring, { keepDaily: 9, ...zone })).toEqual([
      '2026-03-28T22:59Z: 2026-03-28',
      '2026-03-29T21:59Z: 2026-03-29',
      '2026-03-29T22:00Z: 2026-03-30',
    ])
    const autumn = at('2026-10-24T21:59Z', '2026-10-24T22:00Z', '2026-10-25T22:59Z', '2026-10-25T23:00Z')
    expect(keptBy('keepDaily', autumn, { keepDaily: 9, ...zone })).toEqual([
      '2026-10-24T21:59Z: 2026-10-24',
      '2026-10-25T22:59Z: 2026-10-25',
      '2026-10-25T23:00Z: 2026-10-26',
    ])
  })
})

describe('other rules', () => {
  test('keepLast keeps the newest', () => {
    expect(keptBy('keepLast', at('2026-01-03', '2026-01-01', '2026-01-02'), { keepLast: 2 })).toHaveLength(2)
    expect(kept(at('2026-01-03', '2026-01-01', '2026-01-02'), { keepLast: 2 })).not.toHaveProperty('2026-01-01')
  })

  test('keepWithinMs counts from the newest good backup, not from now: nothing expires while backups fail', () => {
    const hour = 3_600_000
    const old = at('2020-01-01T00:00Z', '2020-01-01T05:00Z', '2020-01-01T10:00Z')
    expect(keptBy('keepWithinMs', old, { keepWithinMs: 5 * hour })).toHaveLength(2)
    expect(keptBy('keepWithinMs', old, { keepWithinMs: 5 * hour - 1 })).toHaveLength(1)
    expect(keptBy('keepWithinMs', old, { keepWithinMs: 10 * hour })).toHaveLength(3)
  })

  test('keepMetadata keeps what has all of it', () => {
    const [a, b, c] = at('2026-01-01', '2026-01-02', '2026-01-03') as [Given, Given, Given]
    const given = [{ ...a, metadata: { keep: 'yes', type: 'x' } }, { ...b, metadata: { keep: 'yes' } }, c]
    expect(keptBy('keepMetadata', given, { keepMetadata: { keep: 'yes', type: 'x' } })).toEqual([
      '2026-01-01: keep=yes type=x',
    ])
  })

  test('minKeep keeps so many good ones whatever else is said, by default one', () => {
    const given = at('2026-01-01', '2026-01-02', '2026-01-03')
    expect(kept(given, { keepMetadata: { no: 'such' } })).toEqual({ '2026-01-03': ['newest', 'minKeep'] })
    expect(Object.keys(kept(given, { keepMetadata: { no: 'such' }, minKeep: 2 }))).toEqual(['2026-01-02', '2026-01-03'])
  })

  test('each group by itself', () => {
    const given = at('2026-01-01', '2026-01-02', '2026-01-03').map((each, index) => ({
      ...each,
      group: `${index % 2}`,
    }))
    expect(Object.keys(kept(given, { keepLast: 1 }))).toEqual(['2026-01-02', '2026-01-03'])
  })

  test('backups of the same moment are ordered by their names', () => {
    const time = new Date('2026-01-01')
    const given = ['b', 'a', 'c'].map((key) => ({ key, time }))
    expect(Object.keys(kept(given, { keepLast: 1 }))).toEqual(['c'])
    expect(Object.keys(kept(given.toReversed(), { keepLast: 1 }))).toEqual(['c'])
  })
})

describe('what is not good', () => {
  const [a, b, c] = at('2026-01-01', '2026-01-02', '2026-01-03') as [Given, Given, Given]

  test('damaged backups fill no place, and stay', () => {
    expect(kept([a, b, { ...c, standing: 'damaged' }], { keepLast: 1 })).toEqual({
      '2026-01-02': ['newest', 'minKeep', 'keepLast'],
      '2026-01-03': ['damaged'],
    })
  })

  test('what is not proved stays while it is younger than the newest good one, and fills no place', () => {
    const unproved = { standing: 'unproved' } as const
    expect(kept([{ ...a, ...unproved }, b, { ...c, ...unproved }], { keepLast: 2 })).toEqual({
      '2026-01-02': ['newest', 'minKeep', 'keepLast'],
      '2026-01-03': ['unproved'],
    })
    expect(
      Object.keys(
        kept(
          [
            { ...a, ...unproved },
            { ...b, ...unproved },
          ],
          { keepLast: 1 },
        ),
      ),
    ).toHaveLength(2)
    // These count nothing.
    expect(kept([{ ...a, ...unproved }, b], { keepWithinMs: 999_999_999 })).toHaveProperty('2026-01-01')
  })

  test('a backup from the future, or of no time, stays and fills no place', () => {
    const future = { key: 'future', time: new Date('2031-01-01') }
    const never = { key: 'never', time: new Date('soon') }
    expect(kept([a, b, future, never], { keepLast: 1 })).toEqual({
      '2026-01-02': ['newest', 'minKeep', 'keepLast'],
      future: ['future'],
      never: ['future'],
    })
  })

  test('after a clock was set back the newest is also the one that was written last', () => {
    const back = { key: 'back', time: new Date('1970-01-01'), writtenAt: new Date('2026-02-01') }
    expect(kept([a, b, back], { keepLast: 1 })).toEqual({
      '2026-01-02': ['newest', 'minKeep', 'keepLast'],
      back: ['newest destination'],
    })
  })
})

test('what a backup that stays needs stays, and what that needs', () => {
  const [a, b, c] = at('2026-01-01', '2026-01-02', '2026-01-03') as [Given, Given, Given]
  const given = [a, { ...b, needs: ['2026-01-01'] }, { ...c, needs: ['2026-01-02'] }]
  expect(kept(given, { keepLast: 1 })).toMatchObject({
    '2026-01-01': ['needed 2026-01-02'],
    '2026-01-02': ['needed 2026-01-03'],
  })
})
