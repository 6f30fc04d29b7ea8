/** Blocks of a table from `from` on, up to and without `to`; the last range of a table has no end. */
export interface BlockRange {
  readonly from: number
  readonly to: number | undefined
}

/** A table's own file, and what its rows take with what is kept elsewhere. */
export interface BlocksOfTable {
  readonly blocks: number
  readonly bytes: number
}

/**
 * How many blocks make up about `targetBytes` of a table, what lies in its TOAST table included: a power of two, so that the same
 * blocks make up a range for as long as the table does not change its nature, and what did not change falls into the same again.
 */
export function blocksIn(targetBytes: number, { blocks, bytes }: BlocksOfTable): number {
  const perBlock = Math.max(1, bytes / Math.max(1, blocks))
  return 2 ** Math.max(0, Math.round(Math.log2(targetBytes / perBlock)))
}

/** A table of so many blocks in ranges, in order, that hold each of its rows exactly once; one for the whole of a small one. */
export function* blockRanges(blocks: number, blocksPerRange: number): Generator<BlockRange> {
  const count = rangeCount(blocks, blocksPerRange)
  for (let index = 0; index < count; index++) {
    yield {
      from: index * blocksPerRange,
      to: index === count - 1 ? undefined : (index + 1) * blocksPerRange,
    }
  }
}

export const rangeCount = (blocks: number, blocksPerRange: number) => Math.max(1, Math.ceil(blocks / blocksPerRange))

/** The condition on rows that lie in a range, which the server finds without reading other blocks (14 or newer). */
export function rangeCondition({ from, to }: BlockRange): string {
  return `ctid >= '(${from},0)'${to === undefined ? '' : ` AND ctid < '(${to},0)'`}`
}
