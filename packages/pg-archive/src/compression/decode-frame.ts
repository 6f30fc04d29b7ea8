import { createZstdDecompress, zstdDecompressSync } from 'node:zlib'
import { freed, handBack, joined } from './lending.ts'
import { chunkSize, through } from './through.ts'
import { contentSize } from './zstd-frames.ts'

/** Content that is decoded here and now, in a millisecond; a decoder of its own would cost such a frame more than the decoding. */
const shortBytes = 1024 * 1024

/**
 * The content of a zstd frame, which is read to its end. Each needs a decoder of its own: some versions of Node silently drop all but
 * the first of several frames. What it yields is lent.
 */
export async function* decodeFrame(frame: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  let next = await frame.next()
  // No frame that is worth its name is longer than its content.
  for (; !next.done && bytes <= shortBytes; next = await frame.next()) {
    pieces.push(next.value)
    bytes += next.value.length
  }
  const whole = next.done ? joined(pieces) : undefined
  const size = whole && contentSize(whole)
  if (whole && size !== undefined && size <= shortBytes) {
    const content = decodeNow(whole, size)
    handBack(whole)
    yield content
    return
  }
  async function* all() {
    yield* whole ? [whole] : pieces
    for (; !next.done; next = await frame.next()) yield next.value
  }
  yield* through(all(), createZstdDecompress({ chunkSize }))
}

function decodeNow(frame: Uint8Array, size: number): Uint8Array {
  // With room for one byte more it comes in one piece; for a shorter one there is a least size.
  const room = Math.max(size + 1, 64)
  const content = zstdDecompressSync(frame, { chunkSize: room, maxOutputLength: room })
  // What is short may share its memory with others.
  return content.buffer.byteLength === room ? freed(content) : content
}
