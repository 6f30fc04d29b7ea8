import { ByteReader, type StringDecoding } from './byte-reader.ts'
import type { Archive, TocEntry } from './model.ts'
import { readEntry, smallestEntry } from './read-entry.ts'
import { readHeader } from './read-header.ts'

export interface ReadTocOptions {
  /**
   * How strings are decoded. `utf8` (the default) is strict: a byte sequence that is no UTF-8 is an error. `latin1` gives one
   * character per byte, for dumps in other encodings: `Buffer.from(text, 'latin1')` has the bytes again.
   */
  readonly decode?: StringDecoding
}

/**
 * Reads the header and the table of contents of a pg_dump archive: a file of `pg_dump --format=custom`, or the `toc.dat` of
 * `--format=directory`. Archive versions 1.12 (PostgreSQL 9.0) to 1.16 (17 and 18). What follows the table of contents is
 * not looked at.
 *
 * Every length and count is checked against the bytes there are before anything is allocated for it.
 *
 * @throws {ArchiveError} for anything that pg_dump would not have written.
 *
 * @example
 * const { entries } = readToc(await readFile('shop.dump'))
 * const tables = entries.filter((entry) => entry.description === 'TABLE')
 */
export function readToc(bytes: Uint8Array, options: ReadTocOptions = {}): Archive {
  const reader = new ByteReader(bytes, options.decode ?? 'utf8')
  const header = readHeader(reader)
  const countAt = reader.offset
  const count = reader.int('number of entries')
  if (count < 0) throw reader.corrupt('number of entries', countAt)
  if (count * smallestEntry(header) > reader.remaining) {
    throw reader.error(
      'ARCHIVE.TRUNCATED',
      `is too short for the ${count} entries it announces`,
      countAt,
      'Fetch the archive again, or restore another backup.',
    )
  }
  const entries: TocEntry[] = []
  const seen = new Set<number>()
  for (let index = 0; index < count; index++) {
    reader.entry = index
    const start = reader.offset
    const entry = readEntry(reader, header)
    if (seen.has(entry.dumpId)) throw reader.corrupt('dump id', start)
    seen.add(entry.dumpId)
    entries.push(entry)
  }
  return { header, entries, tocEnd: reader.offset }
}
