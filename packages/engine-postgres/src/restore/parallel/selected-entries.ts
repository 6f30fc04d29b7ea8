import type { Finding, RestoreRequest } from '@pgark/core'
import {
  type ArchiveReader,
  isOfLargeObject,
  restoredPart,
  selectEntries,
  type TocEntry,
  withEachLargeObject,
} from '@pgark/pg-archive'
import { encodingOf } from './in-unicode.ts'
import { leftOutFindings } from './left-out.ts'
import { type SelectedObjects, selectObjects } from './select-objects.ts'

export interface SelectedEntries extends Pick<SelectedObjects, 'entries' | 'asked'> {
  /** What of it is left out, because it needs what is not selected. */
  readonly findings: readonly Finding[]
}

type Asked = Pick<RestoreRequest, 'selection' | 'sections'>

/** Whether only some objects or sections of an archive are asked for. */
export const isSelective = ({ selection, sections }: Asked) =>
  sections !== undefined ||
  ['schemas', 'excludeSchemas', 'tables', 'excludeTables', 'excludeTableData'].some((key) => key in selection)

/** The entries of an archive that a restore runs; what sets up its session is not among them. */
export function selectedEntries(
  { archive }: Pick<ArchiveReader, 'archive'>,
  { selection, sections }: Asked,
): SelectedEntries {
  const { schemaOnly = false, dataOnly = false } = selection
  const all = withEachLargeObject(archive.entries)
  const inSections = new Set(selectEntries(all, { ...(sections && { sections }) }))
  const { entries, asked, leftOut } = selectObjects(all, selection)
  const isWanted = (entry: TocEntry) => {
    if (!inSections.has(entry)) return false
    const part = partOf(entry)
    // Statistics are neither: they describe rows, to a planner that must know their tables.
    if (part === 'statistics') return !schemaOnly && !dataOnly
    return part !== undefined && !(part === 'data' ? schemaOnly : dataOnly)
  }
  const findings = leftOutFindings(leftOut.filter(isWanted), encodingOf(all))
  return { entries: entries.filter(isWanted), asked, findings }
}

/** An archive as if it had no more than what is asked for of it. */
export const selectedReader = (reader: ArchiveReader, request: Asked): ArchiveReader =>
  narrowedReader(reader, selectedEntries(reader, request).entries)

/** An archive as if it had no more than these entries. */
export function narrowedReader(reader: ArchiveReader, entries: readonly TocEntry[]): ArchiveReader {
  const { archive, readData } = reader
  const chosen = new Set(entries.map(({ dumpId }) => dumpId))
  const isChosen = ({ dumpId, description = '' }: TocEntry) =>
    chosen.has(dumpId) || ['ENCODING', 'STDSTRINGS', 'SEARCHPATH'].includes(description)
  return {
    ...reader,
    archive: { ...archive, entries: archive.entries.filter(isChosen) },
    readData: (isWanted = () => true) => readData((entry) => isChosen(entry) && isWanted(entry)),
  }
}

/** All that is said of a large object counts as data, as the object does; and so does what is in a materialised view. */
function partOf(entry: TocEntry) {
  if (isOfLargeObject(entry) || entry.description === 'MATERIALIZED VIEW DATA') return 'data'
  return restoredPart(entry)
}
