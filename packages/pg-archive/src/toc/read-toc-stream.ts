import { ArchiveError } from '../archive-error.ts'
import type { Archive, ArchiveHeader } from './model.ts'
import type { ReadTocOptions } from './read-toc.ts'
import { tocLimitBytes } from './toc-limit.ts'
import { TocParser } from './toc-parser.ts'

export interface ReadTocFromOptions extends ReadTocOptions {
  /** The longest table of contents that is read, in bytes. Default 512 MiB, some two and a half million large objects. */
  readonly maxBytes?: number
}

export interface TocAndRest {
  readonly archive: Archive
  /** What follows the table of contents. To be iterated once; ending that early, or `return()`, ends the source. */
  readonly rest: AsyncIterableIterator<Uint8Array>
}

/** Bytes gathered before they are looked at. */
const pieceBytes = 64 * 1024

/**
 * Reads header and table of contents from the beginning of a stream and leaves the rest to be read. Nothing in an archive tells
 * how long its table of contents is: it is read piece by piece, and no more is gathered than one entry, or a piece.
 *
 * @param header Where it is known, and the source begins behind it.
 * @throws {ArchiveError} as `readToc`, and `ARCHIVE.LIMIT` where `maxBytes` do not suffice. The source has been ended then.
 *
 * @example
 * const { archive, rest } = await readTocFrom(createReadStream('shop.dump'))
 */
export async function readTocFrom(
  source: AsyncIterable<Uint8Array>,
  { maxBytes = tocLimitBytes, decode = 'utf8' }: ReadTocFromOptions = {},
  header?: ArchiveHeader,
): Promise<TocAndRest> {
  const chunks = source[Symbol.asyncIterator]()
  const parser = new TocParser(decode, header)
  try {
    let gathered = Buffer.alloc(0)
    let length = 0
    for (;;) {
      // What is there did not suffice: at least twice as much, so that a long entry is not tried too often.
      const allowed = maxBytes - parser.offset
      const wanted = Math.min(Math.max(pieceBytes, length * 2), allowed)
      let ended = false
      while (length < wanted && !ended) {
        const { done, value } = await chunks.next()
        if (done) ended = true
        else {
          // Copied at once: a chunk may be lent, until the next one is asked for.
          if (length + value.length > gathered.length) gathered = grown(gathered, length, length + value.length)
          gathered.set(value, length)
          length += value.length
        }
      }
      const start = parser.offset
      const archive = attempt(parser, gathered.subarray(0, length), ended)
      const taken = parser.offset - start
      if (archive && archive.tocEnd <= maxBytes)
        return { archive, rest: restOf(gathered.subarray(taken, length), chunks) }
      if (archive || length >= allowed) throw tooLong(maxBytes)
      gathered.copyWithin(0, taken, length)
      length -= taken
    }
  } catch (error) {
    await chunks.return?.()
    throw error
  }
}

function grown(bytes: Buffer, length: number, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(needed, bytes.length * 2, pieceBytes))
  larger.set(bytes.subarray(0, length))
  return larger
}

/** Undefined where more bytes could help. */
function attempt(parser: TocParser, bytes: Uint8Array, isAll: boolean): Archive | undefined {
  try {
    return parser.read(bytes, isAll)
  } catch (error) {
    if (!isAll && error instanceof ArchiveError && error.code === 'ARCHIVE.TRUNCATED') return undefined
    throw error
  }
}

function tooLong(maxBytes: number): ArchiveError {
  return new ArchiveError('ARCHIVE.LIMIT', `The archive's table of contents has more than ${maxBytes} bytes.`, {
    hint: 'raise maxBytes if the archive is to be trusted',
  })
}

function restOf(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let ahead: Uint8Array | undefined = first
  const rest: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const value = ahead
      ahead = undefined
      return value && value.length > 0 ? { done: false, value } : chunks.next()
    },
    // Not a generator: one that has not begun would not end the source.
    async return() {
      ahead = undefined
      await chunks.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => rest,
  }
  return rest
}
