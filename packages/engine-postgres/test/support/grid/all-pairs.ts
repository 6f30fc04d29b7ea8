/**
 * A few cells of a grid in which every pair of values of two of its axes stands that stands in any cell: most faults need no more
 * than two things to meet. The same few for the same grid.
 */
export function allPairs<Cell extends object>(grid: readonly Cell[]): Cell[] {
  const pairsOf = new Map(grid.map((cell) => [cell, pairs(cell)]))
  const uncovered = new Set([...pairsOf.values()].flat())
  const gain = (cell: Cell) => (pairsOf.get(cell) ?? []).filter((pair) => uncovered.has(pair)).length
  const chosen = new Set<Cell>()
  while (uncovered.size > 0) {
    let best = { cell: grid[0] as Cell, gain: 0 }
    for (const cell of grid) {
      const own = gain(cell)
      if (own > best.gain) best = { cell, gain: own }
    }
    chosen.add(best.cell)
    for (const pair of pairsOf.get(best.cell) ?? []) uncovered.delete(pair)
  }
  return grid.filter((cell) => chosen.has(cell))
}

function pairs(cell: object): string[] {
  const values = Object.entries(cell).map((axis) => JSON.stringify(axis))
  return values.flatMap((one, at) => values.slice(at + 1).map((other) => `${one} ${other}`))
}
