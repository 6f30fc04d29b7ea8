import { type ObjectSource, PgarkError } from '@pgark/core'
import type { Archive, ArchiveReader } from '@pgark/pg-archive'
import { openReader } from '../restore/open-reader.ts'

export interface StoredToc {
  /** With one character per byte in its texts: an archive is in the encoding of its database. */
  readonly archive: Archive
  readonly format: ArchiveReader['format']
}

/**
 * Reads the table of contents of a backup that is an archive, by pgark or by pg_dump; not much more of it is read. Throws
 * `REFUSED.FORMAT` for a plain dump, and for anything else that is no archive.
 */
export async function readStoredToc(source: ObjectSource, signal: AbortSignal): Promise<StoredToc> {
  const reader = await openReader(source, signal)
  if (!('readData' in reader)) {
    await reader[Symbol.asyncIterator]().return?.()
    throw new PgarkError(
      'REFUSED.FORMAT',
      `${source.location} is no archive of pg_dump, and has no table of contents.`,
      {
        hint: 'give an archive: custom format, a folder with a toc.dat, or tar; for other files use show without --toc',
      },
    )
  }
  await reader.close()
  return { archive: reader.archive, format: reader.format }
}
