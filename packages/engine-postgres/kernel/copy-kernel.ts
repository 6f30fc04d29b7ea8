// AssemblyScript (https://www.assemblyscript.org), compiled by build.ts into src/copy/kernel-code.ts.
//
// The bytes of a COPY TO STDOUT as they come from the server's socket are CopyData messages, mostly one for each row:
//   'd' · int32 length, itself included, big-endian · that many bytes less 4
// One pass takes the messages' headers off, gathers the text, counts the rows (in COPY text a line feed is always the end of one)
// and adds up their hashes: docs/digest.md.
import { addRow, addText, begun, continueRow, endRow, isEnded, resetRows, rowCount, sumHigh, sumLow } from './rows'

/** The longest piece of input, and the room for text; a piece of input never becomes longer. */
export const inputBytes: u32 = 128 * 1024
export const outputBytes: u32 = 640 * 1024

/** Both may be overrun by less than one vector, in reading and in writing. */
const slack: u32 = 16
const copyDataType: u8 = 0x64
const headerBytes: u32 = 5
const lineFeed: u8 = 0x0a

/** What is left to come of the message that was begun. */
let messageLeft: u32 = 0
/** A header that was split between two pieces of input: how much of it has come, and its length field so far. */
let headerFill: u32 = 0
let headerLength: u32 = 0
let outputFill: u32 = 0

const input: usize = memory.data(<i32>(inputBytes + slack), 16)
const output: usize = memory.data(<i32>(outputBytes + slack), 16)

export function inputAt(): usize {
  return input
}

export function outputAt(): usize {
  return output
}

/** Bytes of text gathered since `clear`. */
export function filled(): u32 {
  return outputFill
}

/** Rows whose end has come since `reset`, and the halves of the sum of their hashes. */
export function rows(): f64 {
  return <f64>rowCount
}

export function digestLow(): u64 {
  return sumLow
}

export function digestHigh(): u64 {
  return sumHigh
}

/** The text gathered so far was taken. */
export function clear(): void {
  outputFill = 0
}

/** Begins other rows. */
export function reset(): void {
  messageLeft = headerFill = outputFill = 0
  resetRows()
}

/** Takes input as the text of rows, as a file has it, up to a line of `\.` if there is one. Gathers nothing. */
export function takeText(length: u32): void {
  if (!isEnded) addText(input, length, true)
}

/** Takes input as a part of one item, which `endItem` ends: something that is hashed as rows are and may have any bytes. */
export function takePart(length: u32): void {
  continueRow(input, length)
}

export function endItem(): void {
  endRow()
}

/** Takes input from `from` to `to`, as far as it is CopyData; answers where it stopped: at `to`, or at another message's first byte. */
export function feed(from: u32, to: u32): u32 {
  let at = input + from
  const end = input + to
  while (true) {
    if (messageLeft > 0) {
      const length = min<u32>(messageLeft, <u32>(end - at))
      memory.copy(output + outputFill, at, length)
      outputFill += length
      addText(at, length, false)
      at += length
      messageLeft -= length
    }
    if (at === end) break
    if (headerFill === 0) {
      at = takeWhole(at, end)
      if (at === end || load<u8>(at) !== copyDataType) break
      if (<u32>(end - at) >= headerBytes) {
        messageLeft = bodyBytes(bswap<u32>(load<u32>(at, 1)))
        at += headerBytes
        continue
      }
    }
    while (at < end && headerFill < headerBytes) {
      // The first byte, the type, is shifted out again.
      headerLength = (headerLength << 8) | load<u8>(at++)
      headerFill++
    }
    if (headerFill < headerBytes) break
    headerFill = 0
    messageLeft = bodyBytes(headerLength)
  }
  return <u32>(at - input)
}

function bodyBytes(length: u32): u32 {
  // A message shorter than its own length field is no message: stop rather than read garbage.
  if (length < 4) unreachable()
  return length - 4
}

/** Takes messages that have come whole, which nearly all have; answers where the first one begins that has not. */
function takeWhole(at: usize, end: usize): usize {
  const lineFeeds = i8x16.splat(lineFeed)
  while (<u32>(end - at) >= headerBytes && load<u8>(at) === copyDataType) {
    const body = at + headerBytes
    const length = bodyBytes(bswap<u32>(load<u32>(at, 1)))
    if (length > <u32>(end - body)) break
    at = body + length
    if (length === 0) continue
    const to = output + outputFill
    outputFill += length
    const last = length - 1
    let before = i8x16.splat(0)
    let i: u32 = 0
    for (; i + 16 <= last; i += 16) {
      const bytes = v128.load(body + i)
      v128.store(to + i, bytes)
      before = v128.or(before, i8x16.eq(bytes, lineFeeds))
    }
    const bytes = v128.load(body + i)
    v128.store(to + i, bytes)
    // What lies behind the message does not count.
    const found = i8x16.bitmask(i8x16.eq(bytes, lineFeeds)) & ((2 << (<i32>(last - i))) - 1)
    const isOneRow = begun === 0 && found === 1 << (<i32>(last - i)) && !v128.any_true(before)
    if (isOneRow) addRow(body, last)
    else addText(body, length, false)
  }
  return at
}
