// Rows, the sum of their hashes, and the row that is not at its end yet: rows of any size, in as many parts as they come in.
import { hashHigh, hashLow, hashShort, longestShort } from './xxh3'
import { addStripes, beginLong, finishLong, stripeBytes } from './xxh3-long'

export let rowCount: u64 = 0
export let sumLow: u64 = 0
export let sumHigh: u64 = 0

/** Parts of a row wait here until there are more of them; four stripes, and more than what has no stripes at all. */
const heldBytes: u32 = 256
const held: usize = memory.data(<i32>heldBytes, 16)
const lastStripe: usize = memory.data(64, 16)
let heldFill: u32 = 0
/** Bytes of the row that is not at its end yet. */
export let begun: u64 = 0

const lineFeed: u8 = 0x0a
/** `\.`, as it lies in memory. */
const endMarker: u16 = 0x2e5c
export let isEnded: bool = false

export function resetRows(): void {
  rowCount = sumLow = sumHigh = begun = 0
  isEnded = false
}

/** A row that came in one piece, without its line feed. */
export function addRow(at: usize, length: u32): void {
  if (length > longestShort) {
    beginLong()
    addStripes(at, (length - 1) / stripeBytes)
    finishLong(at + length - stripeBytes, length)
  } else {
    hashShort(at, length)
  }
  count()
}

/** A part of a row. */
export function continueRow(at: usize, length: u32): void {
  if (begun === 0) heldFill = 0
  begun += length
  if (length <= heldBytes - heldFill) {
    memory.copy(held + heldFill, at, length)
    heldFill += length
    return
  }
  // Whether a stripe is the last one is known only when more comes, as it does here.
  if (begun - length <= heldBytes) beginLong()
  if (heldFill > 0) {
    const room = heldBytes - heldFill
    memory.copy(held + heldFill, at, room)
    at += room
    length -= room
    addStripes(held, heldBytes / stripeBytes)
  }
  if (length > heldBytes) {
    const stripes = (length - 1) / stripeBytes
    addStripes(at, stripes)
    at += stripes * stripeBytes
    length -= stripes * stripeBytes
    // The last stripe may reach back into these.
    memory.copy(held + heldBytes - stripeBytes, at - stripeBytes, stripeBytes)
  }
  memory.copy(held, at, length)
  heldFill = length
}

/** The end of a row that came in parts. */
export function endRow(): void {
  if (begun <= longestShort) hashShort(held, <u32>begun)
  else {
    if (begun <= heldBytes) beginLong()
    let last = lastStripe
    if (heldFill >= stripeBytes) {
      addStripes(held, (heldFill - 1) / stripeBytes)
      last = held + heldFill - stripeBytes
    } else {
      const before = stripeBytes - heldFill
      memory.copy(lastStripe, held + heldBytes - before, before)
      memory.copy(lastStripe + before, held, heldFill)
    }
    finishLong(last, begun)
  }
  begun = 0
  count()
}

function count(): void {
  sumLow += hashLow
  sumHigh += hashHigh
  rowCount++
}

/** Text that may be parts of rows and any number of whole ones; where they are `marked`, a line of `\.` is their end and no row. */
export function addText(at: usize, length: u32, marked: bool): void {
  const lineFeeds = i8x16.splat(lineFeed)
  const end = at + length
  let row = at
  for (let from = at; from < end; from += 16) {
    let found = i8x16.bitmask(i8x16.eq(v128.load(from), lineFeeds))
    if (from + 16 > end) found &= (1 << (<i32>(end - from))) - 1
    for (; found !== 0; found &= found - 1) {
      const rowEnd = from + ctz(found)
      const rowLength = <u32>(rowEnd - row)
      if (begun > 0) {
        continueRow(row, rowLength)
        if (marked && begun === 2 && load<u16>(held) === endMarker) isEnded = true
        else endRow()
      } else if (marked && rowLength === 2 && load<u16>(row) === endMarker) {
        isEnded = true
      } else {
        addRow(row, rowLength)
      }
      if (isEnded) return
      row = rowEnd + 1
    }
  }
  if (row < end) continueRow(row, <u32>(end - row))
}
