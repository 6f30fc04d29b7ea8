import { type ObjectSource, PgarkError } from '@pgark/core'
import type { Archive, ArchiveReader } from '@pgark/pg-archive'
import { archiveOf, openReader } from '../restore/open-reader.ts'
import { encodingOf } from '../restore/parallel/in-unicode.ts'

export interface StoredToc {
  /** With one character per byte in its texts: an archive is in the encoding of its database. */
  readonly archive: Archive
  /** By PostgreSQL's name: for `textIn`. */
  readonly encoding: string
  readonly format: ArchiveReader['format']
}

/**
 * Reads the table of contents of a backup: of an archive, by pgark or by pg_dump, or of a plain backup, whose manifest has it; not much
 * more of it is read. Throws `REFUSED.FORMAT` for another plain dump, and for anything else that has none.
 */
export async function readStoredToc(source: ObjectSource, signal: AbortSignal): Promise<StoredToc> {
  const reader = await archiveOf(await openReader(source, signal), source, signal)
  if (!reader) {
    throw new PgarkError(
      'REFUSED.FORMAT',
      `${source.location} is no archive, and no table of contents is known of it.`,
      {
        hint: 'give an archive (custom format, a folder with a toc.dat, or tar) or a plain backup with its manifest; for other files use show without --toc',
      },
    )
  }
  await reader.close()
  return { archive: reader.archive, encoding: encodingOf(reader.archive.entries), format: reader.format }
}
