import { createGunzip, createZstdDecompress } from 'node:zlib'
import { ArchiveError } from '../archive-error.ts'
import { detectCodec, magicBytes } from './codec.ts'
import { peek } from './peek.ts'
import { through } from './through.ts'
import { splitZstdFrames } from './zstd-frames.ts'

/** Bytes taken from zlib at a time. */
const chunkSize = 128 * 1024

/**
 * A stream's content, whatever it is compressed with: gzip (also several members), zstd (also several frames) or not at all, told
 * by its first bytes. Bounded memory. Throws `ARCHIVE.TRUNCATED` when it is cut, `ARCHIVE.CORRUPT` when a checksum or the structure
 * of the compressed data is wrong, `ARCHIVE.TRAILING` when something follows its end.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, body } = await peek(source, magicBytes)
  const codec = detectCodec(start)
  if (codec === 'none') {
    yield* body
    return
  }
  try {
    if (codec === 'gzip') {
      yield* gunzipped(body)
    } else {
      // Some versions of Node silently drop all but the first of several frames, so that each has a decoder of its own.
      for await (const frame of splitZstdFrames(body)) yield* through(frame, createZstdDecompress({ chunkSize }))
    }
  } catch (error) {
    throw zlibError(error, codec)
  }
}

/** zlib takes a zero byte behind a member for the end, and passes over all that follows. */
async function* gunzipped(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize })
  let fedBytes = 0
  async function* counted() {
    for await (const chunk of body) {
      fedBytes += chunk.byteLength
      yield chunk
    }
  }
  const isTrailing = () => gunzip.readableEnded && fedBytes > gunzip.bytesWritten
  try {
    yield* through(counted(), gunzip)
  } catch (error) {
    // It closed while there was still something to write.
    if (!isTrailing()) throw error
  }
  if (!isTrailing()) return
  throw new ArchiveError('ARCHIVE.TRAILING', 'Something follows the end of the gzip data.', {
    hint: 'the file was changed after it was written; use another copy, or cut off what follows',
  })
}

function zlibError(error: unknown, codec: string): unknown {
  // A source that fails, a file or a socket, has an errno as well.
  if (!(error instanceof Error) || !('code' in error) || !/^(Z|ZSTD)_/.test(String(error.code))) return error
  const isCut = error.code === 'Z_BUF_ERROR'
  return new ArchiveError(
    isCut ? 'ARCHIVE.TRUNCATED' : 'ARCHIVE.CORRUPT',
    isCut ? `The ${codec} data ends too early.` : `The ${codec} data is damaged (${String(error.code)}).`,
    { hint: 'the file was cut or changed after it was written; use another copy', cause: error },
  )
}
