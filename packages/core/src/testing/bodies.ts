/** Bytes without a period, the same for the same seed: what is cut short, doubled or moved differs. */
export function bytesOf(sizeBytes: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  let state = seed
  for (let at = 0; at < words.length; at++) {
    // xorshift32: https://www.jstatsoft.org/article/view/v008i14
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return Buffer.from(words.buffer, 0, sizeBytes)
}

/** Bytes as a body in chunks of these sizes, over and over. Each chunk lies somewhere in a larger array buffer, and is no Buffer. */
export async function* inChunks(
  bytes: Uint8Array,
  ...sizes: readonly [number, ...number[]]
): AsyncGenerator<Uint8Array> {
  for (let at = 0, count = 0; at < bytes.length; count++) {
    const size = sizes[count % sizes.length] ?? sizes[0]
    yield new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(size, bytes.length - at))
    at += size
  }
}

/** A body of one chunk. */
export const whole = (bytes: Uint8Array): AsyncGenerator<Uint8Array> => inChunks(bytes, Math.max(1, bytes.length))

/** Bytes as a body, then whatever `ending` does: throw, wait, look around. */
export async function* bodyThen(bytes: Uint8Array, ending: () => unknown): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes, 64 * 1024)
  await ending()
}
