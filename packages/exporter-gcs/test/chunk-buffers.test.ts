import { expect, test } from 'vitest'
import { chunkBuffers } from '../src/upload/chunk-buffers.ts'

const MiB = 1024 * 1024
const sizes = (buffers: readonly Buffer[]) => buffers.map(({ length }) => length / MiB)

test.each([
  [8, [...Array(6).fill(8), ...Array(64).fill(0.25)], 64],
  [64, [64, ...Array(64).fill(0.25)], 128],
  [20, [20, 20, ...Array(64).fill(0.25)], 64],
])('writes with chunks of %d MiB hold no more than the budget', (chunkMiB, expected, budgetMiB) => {
  const { take } = chunkBuffers(chunkMiB * MiB)
  const taken = sizes(expected.map(() => take()))
  expect(taken).toEqual(expected)
  expect(taken.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(budgetMiB)
})

test('a buffer that is given back is used again while others are in use', () => {
  const { take, giveBack } = chunkBuffers(8 * MiB)
  const first = Array.from({ length: 6 }, take)
  const small = take()
  for (const buffer of [small, ...first.slice(1)]) giveBack(buffer)
  const second = Array.from({ length: 5 }, take)
  expect(second.every((buffer) => first.slice(1).includes(buffer))).toBe(true)
  expect(take().length).toBe(small.length)
})

test('memory is let go of when nothing is written any more', () => {
  const { take, giveBack } = chunkBuffers(8 * MiB)
  const first = take()
  giveBack(first)
  expect(take() === first).toBe(false)
})

test('chunks of one unit are never refused', () => {
  const { take } = chunkBuffers(MiB / 4)
  expect(new Set(sizes(Array.from({ length: 300 }, take)))).toEqual(new Set([0.25]))
})
