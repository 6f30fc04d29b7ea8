import type { ObjectSource } from '@pgark/core'
import type { ArchiveReader, EntryData, TocEntry } from '@pgark/pg-archive'

/** A backup whose archive is read as if it had been written otherwise. */
export interface ReshapedSource extends ObjectSource {
  reshape(reader: ArchiveReader): ArchiveReader
}

export const isReshaped = (source: ObjectSource): source is ReshapedSource => 'reshape' in source

/** An archive as if it had these entries instead of its own, which have the same numbers, and no others. */
export function renamedReader(reader: ArchiveReader, entries: readonly TocEntry[]): ArchiveReader {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const stored = new Map(reader.archive.entries.map((entry) => [entry.dumpId, entry]))
  const isWhole = reader.archive.entries.every(({ dumpId }) => byId.has(dumpId))
  const { readEntry } = reader
  async function* renamed(data: AsyncGenerator<EntryData>): AsyncGenerator<EntryData> {
    for await (const item of data) {
      const entry = byId.get(item.entry.dumpId)
      if (entry) yield { ...item, entry }
    }
  }
  return {
    ...reader,
    archive: { ...reader.archive, entries },
    readData(isWanted) {
      const isThere = ({ dumpId }: TocEntry) => {
        const entry = byId.get(dumpId)
        return entry !== undefined && (isWanted?.(entry) ?? true)
      }
      return renamed(reader.readData(isWhole && !isWanted ? undefined : isThere))
    },
    ...(readEntry && {
      // Where data are is known by the archive's own entries.
      readEntry: ({ dumpId }: TocEntry) => renamed(readEntry(stored.get(dumpId) as TocEntry)),
    }),
  }
}
