import { ByteReader, type StringDecoding } from './byte-reader.ts'
import { EntryIds } from './entry-ids.ts'
import type { Archive, ArchiveHeader, TocEntry } from './model.ts'
import { readEntry, smallestEntry } from './read-entry.ts'
import { readHeader } from './read-header.ts'

/** Reads header and table of contents out of bytes that come piece by piece. */
export class TocParser {
  readonly #decoding: StringDecoding
  readonly #header: ArchiveHeader | undefined
  readonly #entries: TocEntry[] = []
  readonly #ids = new EntryIds()
  #start: { readonly header: ArchiveHeader; readonly count: number } | undefined
  #offset = 0

  /** @param header Where it is known, and the bytes begin behind it. */
  constructor(decoding: StringDecoding, header?: ArchiveHeader) {
    this.#decoding = decoding
    this.#header = header
  }

  /** How many bytes have been read. */
  get offset(): number {
    return this.#offset
  }

  /**
   * Reads on, in the bytes of the archive from `offset` on. Throws `ARCHIVE.TRUNCATED` where they end too early; what was read
   * until then stays read. With `isAll` nothing more will come, and a count that cannot be true is told at once.
   */
  read(bytes: Uint8Array, isAll: boolean): Archive {
    const reader = new ByteReader(bytes, this.#decoding, this.#offset)
    const { header, count } = this.#start ?? readStart(reader, this.#header)
    this.#start = { header, count }
    this.#offset = reader.offset
    reader.intSize = header.intSize
    const { length } = this.#entries
    if (isAll && (count - length) * smallestEntry(header) > reader.remaining) {
      throw reader.error(
        'ARCHIVE.TRUNCATED',
        `is too short for the ${count} entries it announces`,
        reader.offset,
        'Fetch the archive again, or restore another backup.',
      )
    }
    for (let index = length; index < count; index++) {
      reader.entry = index
      const start = reader.offset
      const entry = readEntry(reader, header)
      if (!this.#ids.add(entry)) throw reader.corrupt('dump id', start)
      this.#entries.push(entry)
      this.#offset = reader.offset
    }
    this.#ids.checkCircles(this.#entries)
    return { header, entries: this.#entries, tocEnd: this.#offset }
  }
}

function readStart(reader: ByteReader, known?: ArchiveHeader): { header: ArchiveHeader; count: number } {
  const header = known ?? readHeader(reader)
  reader.intSize = header.intSize
  const at = reader.offset
  const count = reader.int('number of entries')
  if (count < 0) throw reader.corrupt('number of entries', at)
  return { header, count }
}
