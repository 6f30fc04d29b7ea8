import { expect, test } from 'vitest'
import { blockRanges, rangeCondition } from '../../src/copy/block-ranges.ts'

test.each([0, 1, 511, 512])('a table of %i blocks is read whole', (blocks) => {
  expect(blockRanges(blocks)).toEqual([{ from: 0, to: undefined }])
})

test.each([513, 1024, 1025, 1_000_000])('the ranges of %i blocks follow each other without a gap', (blocks) => {
  const ranges = blockRanges(blocks)
  expect(ranges.length).toBe(Math.ceil(blocks / 512))
  expect(ranges[0]?.from).toBe(0)
  expect(ranges.at(-1)?.to).toBeUndefined()
  for (const [index, { to }] of ranges.slice(0, -1).entries()) expect(to).toBe(ranges[index + 1]?.from)
})

test('as a condition', () => {
  expect(rangeCondition({ from: 0, to: 512 })).toBe(`ctid >= '(0,0)' AND ctid < '(512,0)'`)
  expect(rangeCondition({ from: 512, to: undefined })).toBe(`ctid >= '(512,0)'`)
})
