import { createDeflate } from 'node:zlib'
import type { WritableCodec } from '../compression/codec.ts'
import { compress } from '../compression/compress.ts'
import { chunkSize, through } from '../compression/through.ts'
import { type EntryData, hasData } from '../reading/entry-data.ts'
import { intBytes } from '../toc/byte-writer.ts'
import { BLOCK } from '../toc/codes.ts'
import { lowestVersion } from '../toc/lowest-version.ts'
import type { Archive, TocEntry } from '../toc/model.ts'
import { type WriteTocOptions, writeToc } from '../toc/write-toc.ts'

export interface WriteArchiveOptions extends WriteTocOptions {
  /** Default zstd. */
  readonly codec?: WritableCodec
  /** gzip 1-9 (default 6), zstd 1-19 (default 1). */
  readonly level?: number | undefined
}

const intSize = 4
const offsetSize = 8
const nothing = intBytes(0, intSize)

/**
 * An archive as `pg_dump --format=custom` writes it, as a stream: nothing is written back, so that offsets stay unknown, as in a
 * pg_dump to a pipe. At the lowest archive version that its entries need. `data` answers the data of every entry that has some,
 * in the order of `entries`; it is asked for each when its turn comes. Chunks of it that are lent are handed back, and what it
 * yields may be lent.
 */
export async function* writeCustom(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  data: AsyncIterable<EntryData>,
  { codec = 'zstd', level, ...options }: WriteArchiveOptions = {},
): AsyncGenerator<Uint8Array> {
  const placed = entries.map(
    (entry): TocEntry => (hasData(entry) ? { ...entry, data: { kind: 'block', offset: undefined } } : entry),
  )
  const compression = { algorithm: codec, level }
  const version = lowestVersion(entries, compression)
  yield writeToc(
    { header: { ...header, version, intSize, offsetSize, format: 'custom', compression }, entries: placed },
    options,
  )
  const missing = new Set(entries.filter(hasData).map(({ dumpId }) => dumpId))
  for await (const item of data) {
    const { dumpId } = item.entry
    if (!missing.delete(dumpId)) throw new RangeError(`Data came for entry ${dumpId}, which has none, or twice.`)
    yield Buffer.concat([Buffer.from([BLOCK[item.kind]]), intBytes(dumpId, intSize)])
    if (item.kind === 'table') {
      yield* chunks(item.content)
    } else {
      for await (const { oid, content } of item.objects) {
        yield intBytes(oid, intSize)
        yield* chunks(content)
      }
      yield nothing
    }
  }
  const [forgotten] = missing
  if (forgotten !== undefined) throw new RangeError(`No data came for entry ${forgotten}.`)

  async function* chunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of compressBlock(content, codec, level)) {
      if (part.byteLength === 0) continue
      yield intBytes(part.byteLength, intSize)
      yield part
    }
    yield nothing
  }
}

/**
 * Compresses data for a block of the custom format. Each part that it yields must become a chunk of its own: pg_restore drops what
 * follows the end of a zstd frame in the same chunk. gzip is one zlib stream there, without gzip's own header.
 */
function compressBlock(
  content: AsyncIterable<Uint8Array>,
  codec: WritableCodec,
  level: number | undefined,
): AsyncIterable<Uint8Array> {
  if (codec === 'gzip') return through(content, createDeflate({ chunkSize, ...(level !== undefined && { level }) }))
  return compress(content, codec, level)
}
