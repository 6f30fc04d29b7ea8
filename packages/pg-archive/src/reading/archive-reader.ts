import type { Archive, TocEntry } from '../toc/model.ts'
import type { EntryData } from './entry-data.ts'

/** An archive that is open for reading. Only its table of contents is in memory. */
export interface ArchiveReader {
  /** `plain`: a script that is read as the archive that it was made of. */
  readonly format: 'custom' | 'directory' | 'tar' | 'plain'
  readonly archive: Archive
  /**
   * The data of entries, in the order in which it lies in the archive. Each must be read before the next is asked for; what is not
   * read is passed over. `isWanted` leaves entries out; without it everything is read, and what should be there and is not, or is
   * there and should not be, is an error at the end (files beside those of a directory archive are passed over). An archive that comes through a pipe can be read once.
   */
  readData(isWanted?: (entry: TocEntry) => boolean): AsyncGenerator<EntryData>
  /**
   * The data of one entry, whatever else is being read at the same time; nothing where it has none. There only where all data lie at
   * known places: in a directory archive, and in a custom one that can be read anywhere and notes where each block begins. Throws a
   * `TypeError` for an entry of a directory archive that is not one of `archive.entries` itself.
   */
  readonly readEntry?: (entry: TocEntry) => AsyncGenerator<EntryData>
  /** Ends a source that is still open: a pipe whose data was not asked for. Idempotent. */
  close(): Promise<void>
}

/** One file of bytes: a custom or tar archive. */
export interface ArchiveFile {
  /** Its bytes, from an offset on. */
  read(start: number): AsyncIterable<Uint8Array>
  /** Whether `read` may be called more than once, with any start. Otherwise once, with 0. */
  readonly canSeek: boolean
}

/** A folder with the files of a directory archive. */
export interface ArchiveFolder {
  /** A file's bytes. Fails where there is none of that name. */
  read(name: string): AsyncIterable<Uint8Array>
  has(name: string): Promise<boolean>
}
