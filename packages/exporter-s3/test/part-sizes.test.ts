import { expect, test } from 'vitest'
import { leastPartBytes, mostPartBytes, type PartLimits, partSizeAt } from '../src/write/part-sizes.ts'

const mebibyte = 1024 * 1024
const tebibyte = mebibyte * mebibyte

const sizes = (limits: PartLimits) =>
  Array.from({ length: limits.maxParts }, (_, index) => partSizeAt(index + 1, limits))
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

test('by default an object may have 5 TiB, and small ones have small parts', () => {
  const all = sizes({ partSizeBytes: 8 * mebibyte, maxParts: 10_000 })
  expect(sum(all)).toBeGreaterThanOrEqual(5 * tebibyte)
  expect(new Set(all.slice(0, 1000))).toEqual(new Set([8 * mebibyte]))
  expect(all[1000]).toBeGreaterThan(8 * mebibyte)
})

test.each([
  { partSizeBytes: leastPartBytes, maxParts: 10_000 },
  { partSizeBytes: 64 * mebibyte, maxParts: 1000 },
  { partSizeBytes: mostPartBytes, maxParts: 1000 },
  { partSizeBytes: leastPartBytes + 1, maxParts: 20 },
  { partSizeBytes: leastPartBytes, maxParts: 1 },
])('parts of $partSizeBytes bytes, at most $maxParts: they never shrink, and stay within what S3 takes', (limits) => {
  const all = sizes(limits)
  expect(all[0]).toBeGreaterThanOrEqual(limits.partSizeBytes)
  for (const [index, size] of all.entries()) {
    expect(size).toBeGreaterThanOrEqual(all[index - 1] ?? leastPartBytes)
    expect(size).toBeLessThanOrEqual(mostPartBytes)
  }
})
