import { constants, createGzip, createZstdCompress } from 'node:zlib'
import type { Codec } from './codec.ts'
import { through } from './through.ts'

/** Bytes handed to and taken from zlib at a time. */
const chunkSize = 128 * 1024
const defaultLevel = { gzip: 6, zstd: 1 }

/** Compresses a stream in bounded memory: one gzip member or one zstd frame, with a checksum of its content. */
export function compress(body: AsyncIterable<Uint8Array>, codec: Codec, level?: number): AsyncIterable<Uint8Array> {
  if (codec === 'gzip') return through(body, createGzip({ level: level ?? defaultLevel.gzip, chunkSize }))
  if (codec === 'zstd') {
    const params = {
      [constants.ZSTD_c_compressionLevel]: level ?? defaultLevel.zstd,
      [constants.ZSTD_c_checksumFlag]: 1,
    }
    return through(body, createZstdCompress({ params, chunkSize }))
  }
  return body
}
