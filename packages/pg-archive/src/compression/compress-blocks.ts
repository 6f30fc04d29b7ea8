import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'

const compressBlock = promisify(zstdCompress)

/** Blocks being compressed, by other threads, while the next is gathered. */
const blocksAtOnce = 3
const blockBytes = 1024 * 1024
/** Higher levels find repetitions that lie further apart, so that a larger block is worth its memory. */
const highLevel = 7
const highLevelBlockBytes = 8 * 1024 * 1024

/**
 * Compresses a stream block by block, each a zstd frame with a checksum of its content; frames concatenate. Costs a third less than
 * one frame for the whole of it, and uses another core. Bounded memory.
 */
export async function* compressBlocks(body: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 }
  const running: Promise<Uint8Array>[] = []
  try {
    let isEmpty = true
    for await (const block of inBlocks(body, level < highLevel ? blockBytes : highLevelBlockBytes)) {
      isEmpty = false
      running.push(compressBlock(block, { params, chunkSize: compressBound(block.length) }))
      if (running.length === blocksAtOnce) yield (await running.shift()) as Uint8Array
    }
    // Even nothing is a stream: a frame without content.
    if (isEmpty) running.push(compressBlock(Buffer.alloc(0), { params }))
    while (running.length > 0) yield (await running.shift()) as Uint8Array
  } finally {
    // For a reader that stopped early, or a source that failed: no one waits for these any more.
    await Promise.allSettled(running)
  }
}

/** The largest size that incompressible bytes take: https://github.com/facebook/zstd/blob/dev/lib/zstd.h */
const compressBound = (bytes: number) => bytes + (bytes >> 8) + 128

/** Blocks of `size` bytes or up to twice as many, but for the last. What has that size already is not copied. */
async function* inBlocks(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    parts.push(part)
    bytes += part.length
    if (bytes < size) continue
    yield* split(parts, 2 * size)
    parts = []
    bytes = 0
  }
  yield* split(parts, 2 * size)
}

function* split(parts: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  const [only] = parts
  const block = only && parts.length === 1 ? only : Buffer.concat(parts)
  for (let at = 0; at < block.length; at += size) yield block.subarray(at, at + size)
}
