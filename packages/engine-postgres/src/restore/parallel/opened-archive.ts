import type { Contents, Finding, ObjectSource } from '@pgark/core'
import type { ArchiveReader, TocEntry } from '@pgark/pg-archive'

/** An archive that was opened, and of which everything that can be checked without a server has been. */
export interface OpenedArchive {
  readonly reader: ArchiveReader
  /** What is restored of it. */
  readonly entries: readonly TocEntry[]
  /** Those that do not only come because others need them. */
  readonly asked: ReadonlySet<TocEntry>
  /** What was left out of it, though it belongs to what is restored. */
  readonly findings: readonly Finding[]
  readonly contents: Contents | undefined
  readonly source: ObjectSource
  /** The bytes of everything that is restored are known to be those that were stored. */
  readonly isChecked: boolean
}
