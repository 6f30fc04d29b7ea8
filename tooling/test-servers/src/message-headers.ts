/** A message of PostgreSQL's protocol begins with its type and its length. */
const headerBytes = 5

/**
 * Follows what a server sends on one connection without TLS, and where a header begins. Answers a function that takes each piece in
 * order: it flips `bit` (0-39) of the first header that begins in it, if there is one to flip, and tells whether it did.
 */
export function headerTracker(): (piece: Buffer, bit: number | undefined) => boolean {
  const header = Buffer.alloc(headerBytes)
  /** Bytes of the header that have come, then bytes of the body that are still to come. */
  let have = 0
  let body = 0
  return (piece, bit) => {
    let flips: { at: number; mask: number } | undefined
    for (let at = 0; at < piece.length; ) {
      if (body > 0) {
        const skipped = Math.min(body, piece.length - at)
        body -= skipped
        at += skipped
        continue
      }
      if (have === 0 && bit !== undefined && !flips && at + headerBytes <= piece.length) {
        flips = { at: at + (bit >> 3), mask: 1 << (bit & 7) }
      }
      header[have] = piece[at] ?? 0
      have += 1
      at += 1
      if (have < headerBytes) continue
      have = 0
      // The length counts itself.
      body = Math.max(0, header.readInt32BE(1) - 4)
    }
    if (flips) piece[flips.at] = (piece[flips.at] ?? 0) ^ flips.mask
    return flips !== undefined
  }
}
