import type { StringDecoding } from './byte-reader.ts'
import type { Archive } from './model.ts'
import { TocParser } from './toc-parser.ts'

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
 * @throws {ArchiveError} for anything that pg_dump would not have written, `ARCHIVE.CYCLE` for entries that depend on each other in a circle.
 *
 * @example
 * const { entries } = readToc(await readFile('shop.dump'))
 * const tables = entries.filter((entry) => entry.description === 'TABLE')
 */
export function readToc(bytes: Uint8Array, options: ReadTocOptions = {}): Archive {
  return new TocParser(options.decode ?? 'utf8').read(bytes, true)
}
