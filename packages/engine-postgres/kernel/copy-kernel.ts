// AssemblyScript (https://www.assemblyscript.org), compiled by build.ts into src/copy/kernel-code.ts.
//
// The bytes of a COPY TO STDOUT as they come from the server's socket are CopyData messages, one for each row:
//   'd' · int32 length, itself included, big-endian · that many bytes less 4
// One pass takes the messages' headers off, counts line feeds (in COPY text each is the end of a row), and gathers the text.

/** The longest piece of input, and the room for text; a piece of input never becomes longer. */
export const inputBytes: u32 = 128 * 1024
export const outputBytes: u32 = 640 * 1024

/** Both may be overrun by less than one vector, in reading and in writing. */
const slack: u32 = 16
const copyDataType: u8 = 0x64
const headerBytes: u32 = 5

/** What is left to come of the message that was begun. */
let messageLeft: u32 = 0
/** A header that was split between two pieces of input: how much of it has come, and its length field so far. */
let headerFill: u32 = 0
let headerLength: u32 = 0
let outputFill: u32 = 0
let rowCount: u64 = 0

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

/** Line feeds since `reset`. */
export function rows(): f64 {
  return <f64>rowCount
}

/** The text gathered so far was taken. */
export function clear(): void {
  outputFill = 0
}

/** Begins the answer to another statement. */
export function reset(): void {
  messageLeft = headerFill = outputFill = 0
  rowCount = 0
}

/** Takes input from `from` to `to`, as far as it is CopyData; answers where it stopped: at `to`, or at another message's first byte. */
export function feed(from: u32, to: u32): u32 {
  let at = input + from
  const end = input + to
  while (true) {
    if (messageLeft > 0) {
      const length = min<u32>(messageLeft, <u32>(end - at))
      copyText(at, length)
      at += length
      messageLeft -= length
    }
    if (at === end) break
    if (headerFill === 0) {
      if (load<u8>(at) !== copyDataType) break
      if (<u32>(end - at) >= headerBytes) {
        begin(bswap<u32>(load<u32>(at, 1)))
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
    begin(headerLength)
  }
  return <u32>(at - input)
}

function begin(length: u32): void {
  // A message shorter than its own length field is no message: stop rather than read garbage.
  if (length < 4) unreachable()
  messageLeft = length - 4
}

function copyText(from: usize, length: u32): void {
  const lineFeed = i8x16.splat(0x0a)
  const to = output + outputFill
  const whole = length & ~15
  let found: u32 = 0
  let i: u32 = 0
  for (; i < whole; i += 16) {
    const bytes = v128.load(from + i)
    v128.store(to + i, bytes)
    found += popcnt<u32>(i8x16.bitmask(i8x16.eq(bytes, lineFeed)))
  }
  if (i < length) {
    const bytes = v128.load(from + i)
    v128.store(to + i, bytes)
    const within = (1 << (<i32>(length - i))) - 1
    found += popcnt<u32>(i8x16.bitmask(i8x16.eq(bytes, lineFeed)) & within)
  }
  outputFill += length
  rowCount += found
}
