import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatNumberOf } from '../src/index.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [83_200_000, '83.2 MB'],
  [834_000_000, '834 MB'],
  [5e12, '5.0 TB'],
  [7e18, '7000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, '0.0 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_499, '59 s'],
  [185_000, '3 min 5 s'],
  [7_620_000, '2 h 7 min'],
])('%d milliseconds are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, '0 tables'],
  [1, '1 table'],
  [999, '999 tables'],
  [1_234_567, '1,234,567 tables'],
])('%d of them are %s', (count, text) => {
  expect(formatNumberOf(count, 'table')).toBe(text)
  expect(text).toContain(formatCount(count))
})
