import { describe, expect, test } from 'vitest'
import { onTopOf, replacedFilters } from '../../src/config/on-top-of.ts'

const names = (preset: string[], ...flags: string[]) => {
  const filters = (of: string[], is: string) => ({ filters: Object.fromEntries(of.map((name) => [name, is])) })
  return onTopOf(filters(preset, 'config'), filters(flags, 'flag')).filters
}

describe('a flag replaces the filter of the same table', () => {
  test.each([
    ['ord', 'ord'],
    ['ord', 'shop.ord'],
    ['shop.ord', 'ord'],
    ['"shop".Ord', 'SHOP."ord"'],
    ['"a.b"."Ord"', '"Ord"'],
    ['ord*', 'shop.ord*'],
  ])('%s, given as %s', (config, flag) => {
    expect(names([config, 'other'], flag)).toEqual({ other: 'config', [flag]: 'flag' })
  })

  test.each([
    ['old.ord', 'shop.ord'],
    ['"Ord"', 'ord'],
    ['"ord*"', 'ord*'],
    ['ord', 'orders'],
    ['ord.x', 'ord'],
  ])('%s is another one than %s', (config, flag) => {
    expect(names([config], flag)).toEqual({ [config]: 'config', [flag]: 'flag' })
  })

  test('what could be one of several replaces none', () => {
    expect(names(['a.ord', 'b.ord'], 'ord')).toEqual({ 'a.ord': 'config', 'b.ord': 'config', ord: 'flag' })
    expect(names(['a.ord', 'b.ord', 'ord'], 'ord')).toEqual({ 'a.ord': 'config', 'b.ord': 'config', ord: 'flag' })
  })

  test('another spelling is told', () => {
    expect(replacedFilters({ filters: { 'shop.ord': 'x', cust: 'x' } }, { filters: { ord: 'y', cust: 'y' } })).toEqual([
      'the filter for ord takes the place of that for shop.ord in the config file',
    ])
  })
})

test('options without tables go by their names alone', () => {
  const preset = { metadata: { type: 'nightly' }, renameTables: { 'shop.a': 'b' }, jobs: 2 }
  expect(onTopOf(preset, { metadata: { TYPE: 'x' }, renameTables: { a: 'c' } })).toEqual({
    metadata: { type: 'nightly', TYPE: 'x' },
    renameTables: { a: 'c' },
  })
})
