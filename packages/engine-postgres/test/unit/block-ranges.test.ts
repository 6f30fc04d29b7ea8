import { expect, test } from 'vitest'
import { blockRanges, blocksIn, rangeCondition } from '../../src/copy/block-ranges.ts'

test.each([0, 1, 511, 512])('a table of %i blocks is one range', (blocks) => {
  expect([...blockRanges(blocks, 512)]).toEqual([{ from: 0, to: undefined }])
})

test.each([513, 1024, 1025, 1_000_000])('the ranges of %i blocks follow each other without a gap', (blocks) => {
  const ranges = [...blockRanges(blocks, 512)]
  expect(ranges.length).toBe(Math.ceil(blocks / 512))
  expect(ranges[0]?.from).toBe(0)
  expect(ranges.at(-1)?.to).toBeUndefined()
  for (const [index, { to }] of ranges.slice(0, -1).entries()) expect(to).toBe(ranges[index + 1]?.from)
})

const megabyte = 1024 * 1024

test.each([
  { of: 'a heap', blocks: 100_000, bytes: 100_000 * 8192, range: 512 },
  { of: 'a heap with as much TOAST', blocks: 100_000, bytes: 100_000 * 16_384, range: 256 },
  { of: 'a small heap with 900 GB of TOAST', blocks: 393_216, bytes: 900 * 1024 * megabyte, range: 2 },
  { of: 'a table of nothing', blocks: 0, bytes: 0, range: 4 * megabyte },
])('4 MB of $of', ({ blocks, bytes, range }) => {
  expect(blocksIn(4 * megabyte, { blocks, bytes })).toBe(range)
})

test('a table that grows keeps its ranges', () => {
  for (let blocks = 1000; blocks < 100_000; blocks += 777)
    expect(blocksIn(4 * megabyte, { blocks, bytes: blocks * 8300 })).toBe(512)
})

test('as a condition', () => {
  expect(rangeCondition({ from: 0, to: 512 })).toBe(`ctid >= '(0,0)' AND ctid < '(512,0)'`)
  expect(rangeCondition({ from: 512, to: undefined })).toBe(`ctid >= '(512,0)'`)
})
