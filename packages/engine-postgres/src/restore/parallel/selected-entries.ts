import type { RestoreRequest } from '@pgark/core'
import {
  type ArchiveReader,
  isOfLargeObject,
  restoredPart,
  type TocEntry,
  withEachLargeObject,
} from '@pgark/pg-archive'

/** The entries of an archive that a restore runs; what sets up its session is not among them. */
export function selectedEntries(
  { archive }: ArchiveReader,
  { selection }: Pick<RestoreRequest, 'selection'>,
): TocEntry[] {
  const { schemaOnly = false, dataOnly = false } = selection
  return withEachLargeObject(archive.entries).filter((entry) => {
    const part = partOf(entry)
    // Statistics are neither: they describe rows, to a planner that must know their tables.
    if (part === 'statistics') return !schemaOnly && !dataOnly
    return part !== undefined && !(part === 'data' ? schemaOnly : dataOnly)
  })
}

/** All that is said of a large object counts as data, as the object does; and so does what is in a materialised view. */
function partOf(entry: TocEntry) {
  if (isOfLargeObject(entry) || entry.description === 'MATERIALIZED VIEW DATA') return 'data'
  return restoredPart(entry)
}
