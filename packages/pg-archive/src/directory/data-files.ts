import { ArchiveError } from '../archive-error.ts'
import type { Codec, WritableCodec } from '../compression/codec.ts'
import { largeObjects } from '../reading/entry-data.ts'
import type { TocEntry } from '../toc/model.ts'

/** What a file's name ends with when it is compressed. */
export const suffixes: Readonly<Record<Codec, string>> = { none: '', gzip: '.gz', lz4: '.lz4', zstd: '.zst' }
/** In the order in which pg_restore looks for their files. */
export const codecs = ['none', 'gzip', 'lz4', 'zstd'] as const

/** The file with an entry's data, as pg_dump names it. */
export const dataFileName = (dumpId: number, codec: WritableCodec) => `${dumpId}.dat${suffixes[codec]}`

/**
 * The file of each entry with data, beside `toc.dat`: its rows, or the list of its large objects. Names are those that pg_dump gives,
 * no others: never one that leads out of the folder, nor that of another entry.
 */
export function dataFiles(entries: readonly TocEntry[]): Map<TocEntry, string> {
  const files = new Map<TocEntry, string>()
  const lists = new Set<string>()
  for (const entry of entries) {
    const { data, dumpId, description } = entry
    if (data.kind !== 'file') continue
    const isList = description === largeObjects
    const names = isList ? ['blobs.toc', `blobs_${dumpId}.toc`] : [`${dumpId}.dat`]
    if (!names.includes(data.name) || lists.has(data.name)) {
      throw new ArchiveError('ARCHIVE.CORRUPT', `Entry ${dumpId} names a file for its data as pg_dump never does.`, {
        meta: { dumpId },
        hint: 'use another copy; names with a path are an attempt to reach other files',
      })
    }
    if (isList) lists.add(data.name)
    files.set(entry, data.name)
  }
  return files
}
