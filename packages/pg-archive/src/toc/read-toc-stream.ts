import { ArchiveError } from '../archive-error.ts'
import type { Archive } from './model.ts'
import { type ReadTocOptions, readToc } from './read-toc.ts'

export interface ReadTocFromOptions extends ReadTocOptions {
  /** The longest table of contents that is gathered in memory, in bytes. Default 256 MiB, a million objects or more. */
  readonly maxBytes?: number
}

export interface TocAndRest {
  readonly archive: Archive
  /** What follows the table of contents. To be iterated once; ending that early, or `return()`, ends the source. */
  readonly rest: AsyncIterableIterator<Uint8Array>
}

const defaultMaxBytes = 256 * 1024 * 1024
const firstAttemptBytes = 64 * 1024

/**
 * Reads header and table of contents from the beginning of a stream and leaves the rest to be read. Nothing in an archive tells
 * how long its table of contents is: it is tried again whenever there is twice as much, so that no more than that is gathered.
 *
 * @throws {ArchiveError} as `readToc`, and `ARCHIVE.LIMIT` where `maxBytes` do not suffice. The source has been ended then.
 *
 * @example
 * const { archive, rest } = await readTocFrom(createReadStream('shop.dump'))
 */
export async function readTocFrom(
  source: AsyncIterable<Uint8Array>,
  { maxBytes = defaultMaxBytes, ...options }: ReadTocFromOptions = {},
): Promise<TocAndRest> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    let gathered = Buffer.alloc(0)
    let length = 0
    let wanted = Math.min(firstAttemptBytes, maxBytes)
    for (;;) {
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
      const bytes = gathered.subarray(0, length)
      const archive = attempt(bytes, options, ended)
      if (archive && archive.tocEnd <= maxBytes)
        return { archive, rest: restOf(bytes.subarray(archive.tocEnd), chunks) }
      if (archive || wanted === maxBytes) throw tooLong(maxBytes)
      wanted = Math.min(Math.max(wanted, length) * 2, maxBytes)
    }
  } catch (error) {
    await chunks.return?.()
    throw error
  }
}

function grown(bytes: Buffer, length: number, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(needed, bytes.length * 2, firstAttemptBytes))
  larger.set(bytes.subarray(0, length))
  return larger
}

/** Undefined where more bytes could help. */
function attempt(bytes: Uint8Array, options: ReadTocOptions, isAll: boolean): Archive | undefined {
  try {
    return readToc(bytes, options)
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

/** For where nothing may follow. */
export function trailing(offset: number): ArchiveError {
  return new ArchiveError('ARCHIVE.TRAILING', `toc.dat goes on after the table of contents (at offset ${offset}).`, {
    meta: { offset },
    hint: 'use another copy',
  })
}
