import type { Contents, ContentsTable, RestoredTable, RestoreRequest, RunContext } from '@pgark/core'
import type { ArchiveReader, TocEntry } from '@pgark/pg-archive'
import type { Exceptions } from '../allow/exceptions.ts'
import type { Progress } from '../progress.ts'
import type { PartedTable } from '../unordered/parted-table.ts'

/** A restore of an archive by several workers: what they share. */
export interface ArchiveJob {
  readonly reader: ArchiveReader
  /** Of its text. */
  readonly encoding: string
  /** Its bytes are known to be those that were stored. */
  readonly isChecked: boolean
  readonly request: RestoreRequest
  readonly run: RunContext
  /** What the manifest says of the rows of each entry; undefined where there is no manifest. */
  readonly expected: ReadonlyMap<TocEntry, ContentsTable> | undefined
  /** What may fail, and has. */
  readonly exceptions: Exceptions
  /** Entries that were restored, in the order in which they were. */
  readonly done: TocEntry[]
  /** Tables whose rows were loaded, by entry. */
  readonly loaded: Map<TocEntry, RestoredTable>
  /** Tables that several workers load at once. */
  parted: ReadonlyMap<number, PartedTable>
  /** What has been said already. */
  readonly told: Progress['told']
  /** Statements that changed something, of all workers. */
  changed: number
}

/** Tables of the manifest stand in the order of the archive's entries with rows. */
export function expectedTables(
  entries: readonly TocEntry[],
  contents: Contents | undefined,
): ReadonlyMap<TocEntry, ContentsTable> | undefined {
  if (!contents) return undefined
  const withRows = entries.filter(({ data, description }) => data.kind !== 'none' && description === 'TABLE DATA')
  return new Map(withRows.flatMap((entry, at) => (contents.tables[at] ? [[entry, contents.tables[at]]] : [])))
}
