import { isPgarkError, sql } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import {
  and,
  custom,
  dateRange,
  equals,
  foreignKey,
  isNull,
  like,
  limit,
  not,
  oneOf,
  or,
  sample,
  since,
  status,
} from '../src/index.ts'

/** What a call is refused with, problem by problem. */
function refusal(make: () => unknown): string[] {
  try {
    make()
  } catch (error) {
    if (isPgarkError(error) && error.code === 'USAGE.FILTER') return error.message.split('\n')
    throw error
  }
  throw new Error('Expected it to be refused')
}

// From JavaScript anything can come.
const any = (value: unknown) => value as never

describe('wrong arguments are refused where the filter is made, all at once', () => {
  test.each<[string, () => unknown, string[]]>([
    ['equals', () => equals('', undefined), ['name of a column', 'value is undefined']],
    ['equals', () => equals('a', null), ['Nothing is equal to NULL']],
    ['equals', () => equals('a', { b: [undefined] }), ['has at .b[0] what is undefined']],
    ['oneOf', () => oneOf(any(undefined), []), ['name of a column', '1 to 1,000,000 values, got 0']],
    ['oneOf', () => oneOf('a', any('abc')), ['Expected a list']],
    ['status', () => status('a', ['x', any(undefined)]), ['value at [1] is undefined']],
    // biome-ignore lint/suspicious/noSparseArray: a hole is undefined, too
    ['foreignKey', () => foreignKey('a', [1, , 3]), ['value at [1] is undefined']],
    ['foreignKey', () => foreignKey('a\0', [1, null]), ['name of a column', 'value at [1] is null']],
    ['like', () => like('', any(5)), ['name of a column', 'Expected a pattern']],
    ['isNull', () => isNull(any(7)), ['name of a column']],
    ['since', () => since('', '30'), ['name of a column', 'Expected a duration']],
    ['since', () => since('a', "1 day' OR true"), ['Expected a duration']],
    ['since', () => since('a', '1 day', any({ timezone: 'UTC' })), ['Unknown option timezone']],
    ['since', () => since('a', '1 day', { timeZone: '+02:00' }), ['name of a time zone']],
    ['since', () => since('a', '1 day', any(null)), ['Expected options to be an object']],
    ['sample', () => sample(0, { seed: 0.5 }), ['more than 0', 'seed to be a whole number']],
    ['sample', () => sample(100.1), ['at most 100']],
    ['sample', () => sample(Number.NaN), ['percentage']],
    ['sample', () => sample(5, any({ sed: 1 })), ['Unknown option sed']],
    ['limit', () => limit(0, { orderBy: [''] }), ['at least 1 row', 'name of a column']],
    ['limit', () => limit(1.5), ['whole number']],
    ['limit', () => limit(5, { orderBy: any({ column: 'a', desc: true }) }), ['Unknown option desc']],
    ['limit', () => limit(5, { orderBy: [any(null)] }), ['name of a column']],
    ['and', () => and(), ['at least one filter']],
    ['or', () => or(isNull('a'), any(undefined), any('true')), ['Argument 2 is no filter', 'Argument 3 is no filter']],
    ['not', () => not(any({ specVersion: 2, where: () => sql`true` })), ['Argument 1 is no filter']],
    ['custom', () => custom(any('a = 1'), ''), ['Argument 1 is no filter', 'name to be text']],
    [
      'dateRange',
      () => dateRange('', any(undefined), '2026-02-30'),
      ['name of a column', 'beginning to be', 'end to be'],
    ],
    ['dateRange', () => dateRange('a', '2026-01-01', '2026-01-01'), ['beginning to be before its end']],
    ['dateRange', () => dateRange('a', new Date(1), new Date(0), { inclusive: true }), ['before its end']],
    ['dateRange', () => dateRange('a', '2026-01-01T00:00+02', '2025-12-31T22:00Z'), ['before its end']],
    [
      'dateRange',
      () => dateRange('a', '2026-01-01 24:00', new Date(Number.NaN)),
      ['beginning to be a date', 'end to be a date'],
    ],
    ['dateRange', () => dateRange('a', "2026-01-01'", '01/02/2026'), ['beginning to be a date', 'end to be a date']],
    [
      'dateRange',
      () => dateRange('a', '2026-01-01', '2027-01-01', { inclusive: any('yes'), timeZone: 'Mars/Olympus' }),
      ['inclusive to be true or false', 'name of a time zone'],
    ],
  ])('%s', (name, make, messages) => {
    const found = refusal(make)
    expect(found).toEqual(messages.map((message) => expect.stringContaining(message)))
    for (const message of found) expect(message).toMatch(new RegExp(`^${name}\\(\\): `))
  })

  test.each([[1], [1_000_000]])('%d values are a list', (count) => {
    expect(foreignKey('a', new Array(count).fill(1)).name).toBe('foreignKey')
  })

  test('one more is none', () => {
    expect(refusal(() => foreignKey('a', new Array(1_000_001).fill(1)))).toEqual([
      expect.stringContaining('got 1000001'),
    ])
  })

  test('the lists that were given may be changed afterwards', async () => {
    const values = [1, 2]
    const filter = oneOf('id', values)
    values.push(3)
    const column = { name: 'id', type: 'integer', notNull: true, isGenerated: false }
    const context = { serverVersion: '17.0', signal: new AbortController().signal, now: '', column: () => column }
    const { parts } = await filter.where(any({}), context)
    expect(parts).toContainEqual({ kind: 'value', value: [1, 2] })
  })
})
