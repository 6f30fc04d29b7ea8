import { createDeflate } from 'node:zlib'
import type { WritableCodec } from '../compression/codec.ts'
import { compress } from '../compression/compress.ts'
import { through } from '../compression/through.ts'

/**
 * Compresses data for a block of the custom format. Each part that it yields must become a chunk of its own: pg_restore drops what
 * follows the end of a zstd frame in the same chunk. gzip is one zlib stream there, without gzip's own header.
 */
export function compressBlock(
  content: AsyncIterable<Uint8Array>,
  codec: WritableCodec,
  level: number | undefined,
): AsyncIterable<Uint8Array> {
  if (codec === 'gzip') return through(content, createDeflate(level === undefined ? {} : { level }))
  return compress(content, codec, level)
}
