import { expect, test } from 'vitest'
import { allPairs } from '../support/grid/all-pairs.ts'

const grid = [1, 2, 3, 4].flatMap((a) =>
  ['x', 'y', 'z'].flatMap((b) => [true, false].flatMap((c) => (a === 4 && c ? [] : [{ a, b, c }]))),
)

test('every pair that the grid has, in few cells, none of them outside the grid', () => {
  const chosen = allPairs(grid)
  expect(chosen.length).toBeLessThanOrEqual(13)
  for (const one of grid) {
    expect(chosen.some(({ a, b }) => a === one.a && b === one.b)).toBe(true)
    expect(chosen.some(({ a, c }) => a === one.a && c === one.c)).toBe(true)
    expect(chosen.some(({ b, c }) => b === one.b && c === one.c)).toBe(true)
  }
  expect(chosen.every((cell) => grid.includes(cell))).toBe(true)
  expect(allPairs(grid)).toEqual(chosen)
})
