import { createGunzip, createInflate } from 'node:zlib'
import { ArchiveError } from '../archive-error.ts'
import { type Codec, detectCodec, foreignCompression, magicBytes } from './codec.ts'
import { decodeFrame } from './decode-frame.ts'
import { decodeLz4 } from './lz4-frames.ts'
import { peek } from './peek.ts'
import { chunkSize } from './through.ts'
import { unzip } from './unzip.ts'
import { splitZstdFrames } from './zstd-frames.ts'

const hint = 'the file was cut or changed after it was written; use another copy'

/**
 * A stream's content, whatever it is compressed with: gzip (also several members), lz4 or zstd (also several frames) or not at all,
 * as `codec` says or else its first bytes. Say it where it is known, as from the name of an archive's file: rows that are not
 * compressed may begin with any bytes, and a first byte that is damaged would pass for such rows. Bounded memory. Throws
 * `ARCHIVE.TRUNCATED` when it is cut, `ARCHIVE.CORRUPT` when a checksum or the structure of the compressed data is wrong,
 * `ARCHIVE.TRAILING` when something follows its end, `ARCHIVE.UNSUPPORTED_VERSION` for lz4 data of a kind that pg_dump does not write,
 * `REFUSED.FORMAT` where `codec` is not said and the first bytes are those of bzip2, xz or zip.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>, codec?: Codec): AsyncGenerator<Uint8Array> {
  const { start, body } = await peek(source, magicBytes)
  const foreign = codec === undefined ? foreignCompression(start) : undefined
  if (foreign !== undefined) {
    await body.return()
    throw new ArchiveError('REFUSED.FORMAT', `This is compressed by ${foreign}, which is not read here.`, {
      hint: `unpack it first, for example into the standard input of pgark; gzip, lz4 and zstd are read as they are`,
    })
  }
  if (start.length > 0) yield* decoded(codec ?? detectCodec(start), body)
  // For a large object without content pg_dump makes an empty file, of lz4 and zstd too.
  else if (codec === 'gzip') throw empty(codec)
}

/**
 * The content of a data block of the custom format, which is compressed as the archive's header says. `gzip` is one zlib stream
 * there (RFC 1950), and its checksum is verified. Throws as `decompress()`; nothing at all is `ARCHIVE.TRUNCATED`, except where
 * nothing was compressed.
 */
export async function* decompressAs(codec: Codec, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, body } = await peek(source, 1)
  if (start.length > 0) yield* decoded(codec === 'gzip' ? 'zlib' : codec, body)
  else if (codec !== 'none') throw empty(codec)
}

async function* decoded(codec: Codec | 'zlib', body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (codec === 'gzip') yield* unzip(body, createGunzip({ chunkSize }))
    else if (codec === 'zlib') yield* unzip(body, createInflate({ chunkSize }))
    else if (codec === 'lz4') yield* decodeLz4(body)
    else if (codec === 'none') yield* body
    else {
      for await (const frame of splitZstdFrames(body)) yield* decodeFrame(frame)
    }
  } catch (error) {
    throw zlibError(error, codec === 'zlib' ? 'gzip' : codec)
  }
}

function empty(codec: Codec): ArchiveError {
  return new ArchiveError('ARCHIVE.TRUNCATED', `The ${codec} data ends before it begins.`, { hint })
}

function zlibError(error: unknown, codec: Codec): unknown {
  // A source that fails, a file or a socket, has an errno as well.
  if (!(error instanceof Error) || !('code' in error) || !/^(Z|ZSTD)_/.test(String(error.code))) return error
  const isCut = error.code === 'Z_BUF_ERROR'
  return new ArchiveError(
    isCut ? 'ARCHIVE.TRUNCATED' : 'ARCHIVE.CORRUPT',
    isCut ? `The ${codec} data ends too early.` : `The ${codec} data is damaged (${String(error.code)}).`,
    { hint, cause: error },
  )
}
