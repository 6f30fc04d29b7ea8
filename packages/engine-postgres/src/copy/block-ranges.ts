/** Blocks of a table from `from` on, up to and without `to`; the last range of a table has no end. */
export interface BlockRange {
  readonly from: number
  readonly to: number | undefined
}

/** Multiples of a fixed count, so that what did not change in a table falls into the same range again. 4 MB of usual blocks. */
const blocksPerRange = 512

/** The first server that finds a range of blocks without reading the others. */
export const rangesSince = 140_000

/** A table of so many blocks in ranges, in order, that hold each of its rows exactly once; one range for the whole of a small one. */
export function blockRanges(blocks: number): BlockRange[] {
  const count = Math.max(1, Math.ceil(blocks / blocksPerRange))
  return Array.from({ length: count }, (_, index) => ({
    from: index * blocksPerRange,
    to: index === count - 1 ? undefined : (index + 1) * blocksPerRange,
  }))
}

/** The condition on rows that lie in a range, which the server finds without reading other blocks (14 or newer). */
export function rangeCondition({ from, to }: BlockRange): string {
  return `ctid >= '(${from},0)'${to === undefined ? '' : ` AND ctid < '(${to},0)'`}`
}
