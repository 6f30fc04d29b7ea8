/** Copies of at most this many bytes are faster byte by byte than by a call. */
const shortCopy = 32
/** A length that its half of a token cannot hold goes on in the bytes that follow. */
const longLength = 15
const shortestMatch = 4
/** A block ends in literals; after a match they are at least this many. */
const lastLiterals = 5
/** What one byte of a block stands for at most: 255 more bytes of a match. */
export const lz4MaxExpansion = 255

/**
 * Decodes an LZ4 block (lz4_Block_format.md) into `target`, from the offset `from` on, up to `limit` at most. Its matches may lie as
 * far back as `floor`. Answers where its content ends, or -1 for a block that breaks the format's rules; nothing outside of
 * `from` to `limit` is ever written.
 */
export function decodeLz4Block(
  block: Uint8Array,
  target: Uint8Array,
  from: number,
  limit: number,
  floor: number,
): number {
  const end = block.length
  let at = 0
  let to = from
  while (at < end) {
    const token = block[at++] as number
    let literals = token >> 4
    if (literals === longLength) {
      for (let more = 255; more === 255; literals += more) {
        if (at === end) return -1
        more = block[at++] as number
      }
    }
    if (literals > end - at || literals > limit - to) return -1
    if (literals <= shortCopy) {
      for (const stop = at + literals; at < stop; ) target[to++] = block[at++] as number
    } else {
      target.set(block.subarray(at, at + literals), to)
      at += literals
      to += literals
    }
    if (at === end) return to === from + literals || literals >= lastLiterals ? to : -1

    if (end - at < 2) return -1
    const offset = (block[at] as number) | ((block[at + 1] as number) << 8)
    at += 2
    if (offset === 0 || offset > to - floor) return -1
    let length = token & longLength
    if (length === longLength) {
      for (let more = 255; more === 255; length += more) {
        if (at === end) return -1
        more = block[at++] as number
      }
    }
    length += shortestMatch
    if (length > limit - to) return -1
    if (length <= shortCopy) {
      for (const stop = to + length; to < stop; to++) target[to] = target[to - offset] as number
    } else {
      copyMatch(target, to, offset, length)
      to += length
    }
  }
  // It ends with a match, or is empty.
  return -1
}

/** A match may overlap what it makes: then it repeats the last `offset` bytes, and each copy doubles how many there are to copy. */
function copyMatch(target: Uint8Array, to: number, offset: number, length: number): void {
  const start = to - offset
  if (offset === 1) {
    target.fill(target[start] as number, to, to + length)
    return
  }
  for (let copied = 0; copied < length; ) {
    const step = Math.min(offset + copied, length - copied)
    target.copyWithin(to + copied, start, start + step)
    copied += step
  }
}
