import { describe, expect, test } from 'vitest'
import { derivedName, untaken } from '../../src/rename/derived-names.ts'

const long = 'a'.repeat(63)

describe('what belongs to papers that become papers_test', () => {
  test.each([
    ['papers_pkey', 'papers_test_pkey'],
    ['papers_id_seq', 'papers_test_id_seq'],
    ['papers', 'papers_test'],
    ['papers_2026', 'papers_test_2026'],
    ['idx_papers_day', 'idx_papers_test_day'],
    ['newspapers_idx', 'newspapers_idx_papers_test'],
    ['by_day', 'by_day_papers_test'],
  ])('%s becomes %s', (name, expected) => {
    expect(derivedName(name, 'papers', 'papers_test')).toBe(expected)
  })
})

test('a name has at most 63 bytes, and ends as it did', () => {
  expect(derivedName('papers_pkey', 'papers', long)).toBe(`${'a'.repeat(58)}_pkey`)
  expect(derivedName('by_day', 'papers', long)).toHaveLength(63)
  expect(Buffer.byteLength(derivedName('papers_pkey', 'papers', 'é'.repeat(31)))).toBeLessThanOrEqual(63)
})

test('of a table whose name the server has cut', () => {
  expect(derivedName(`${'a'.repeat(58)}_pkey`, long, 'short')).toBe('short_pkey')
})

test('a name that is taken gets a number, within 63 bytes', () => {
  const taken = new Set(['a', 'a1', long])
  const isTaken = (name: string) => taken.has(name)
  expect(untaken('a', isTaken)).toBe('a2')
  expect(untaken('b', isTaken)).toBe('b')
  expect(untaken(long, isTaken)).toBe(`${'a'.repeat(62)}1`)
})
