import { createGzip } from 'node:zlib'
import type { WritableCodec } from './codec.ts'
import { compressBlocks } from './compress-blocks.ts'
import { chunkSize, through } from './through.ts'

const defaultLevel = { gzip: 6, zstd: 1 }

/** Compresses a stream in bounded memory: one gzip member, or zstd frames with a checksum each. Chunks must not be reused. */
export function compress(
  body: AsyncIterable<Uint8Array>,
  codec: WritableCodec,
  level?: number,
): AsyncIterable<Uint8Array> {
  if (codec === 'gzip') return through(body, createGzip({ level: level ?? defaultLevel.gzip, chunkSize }))
  if (codec === 'zstd') return compressBlocks(body, level ?? defaultLevel.zstd)
  return body
}
