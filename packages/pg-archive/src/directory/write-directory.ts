import { compress } from '../compression/compress.ts'
import type { WriteArchiveOptions } from '../custom/write-custom.ts'
import { type EntryData, hasData, largeObjects } from '../reading/entry-data.ts'
import { lowestVersion } from '../toc/lowest-version.ts'
import type { Archive, TocEntry } from '../toc/model.ts'
import { writeToc } from '../toc/write-toc.ts'
import { dataFileName, suffixes } from './data-files.ts'
import { eachOf } from './each-of.ts'

/** Where the files of a directory archive go. */
export interface FolderSink {
  /** Stores one file; resolves when it is whole. */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<unknown>
}

export interface WriteDirectoryOptions extends WriteArchiveOptions {
  /** How many entries' data are written at the same time. Default 1. */
  readonly atOnce?: number
  /** Dump ids of entries whose data are no part of `data`: `writeDataFiles` has written them, at the latest when `data` ends. */
  readonly written?: ReadonlySet<number>
}

/** A file with the rows of a table as it is to be stored, compressed already. */
export interface DataFile {
  readonly dumpId: number
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * Writes data files of a directory archive of which nothing else needs to be known yet. When something fails nothing more is begun,
 * and what was begun is waited for.
 */
export async function writeDataFiles(
  files: AsyncIterable<DataFile>,
  folder: FolderSink,
  { codec = 'zstd', atOnce = 1 }: Pick<WriteDirectoryOptions, 'codec' | 'atOnce'> = {},
): Promise<void> {
  await eachOf(files, atOnce, async ({ dumpId, content }) => {
    await folder.write(dataFileName(dumpId, codec), content)
  })
}

/**
 * An archive as `pg_dump --format=directory` writes it, a file for each table and large object, and `toc.dat` last. At the lowest
 * archive version that its entries need. `data` answers the data of every entry that has some, in any order. When something fails
 * nothing more is begun, and what was begun is waited for.
 */
export async function writeDirectory(
  { header, entries }: Pick<Archive, 'header' | 'entries'>,
  data: AsyncIterable<EntryData>,
  folder: FolderSink,
  { codec = 'zstd', level, atOnce = 1, written, ...options }: WriteDirectoryOptions = {},
): Promise<void> {
  const compression = { algorithm: codec, level }
  const version = lowestVersion(entries, compression)
  const placed = entries.map((entry) => place(entry, version.minor))
  // First, so that no data is read for an archive that cannot be.
  const toc = writeToc({ header: { ...header, version, format: 'directory', compression }, entries: placed }, options)
  const names = new Map(
    placed.flatMap(({ dumpId, data }) => (data.kind === 'file' && !written?.has(dumpId) ? [[dumpId, data.name]] : [])),
  )
  await eachOf(data, atOnce, async (item) => {
    const name = names.get(item.entry.dumpId)
    names.delete(item.entry.dumpId)
    if (name === undefined) throw new RangeError(`Data came for entry ${item.entry.dumpId}, which has none, or twice.`)
    if (item.kind === 'large-objects') await writeLargeObjects(name, item)
    else await write(name, item.content)
  })
  const [forgotten] = names.keys()
  if (forgotten !== undefined) throw new RangeError(`No data came for entry ${forgotten}.`)
  await folder.write('toc.dat', one(toc))

  async function write(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    await folder.write(name + suffixes[codec], compress(content, codec, level))
  }
  async function writeLargeObjects(list: string, { objects }: Extract<EntryData, { kind: 'large-objects' }>) {
    const lines: string[] = []
    for await (const { oid, content } of objects) {
      await write(`blob_${oid}.dat`, content)
      lines.push(`${oid} blob_${oid}.dat\n`)
    }
    await folder.write(list, one(Buffer.from(lines.join(''))))
  }
}

/** The names that pg_dump gives; since 1.16 there may be several lists of large objects. */
function place(entry: TocEntry, minor: number): TocEntry {
  if (!hasData(entry)) return entry
  const list = minor >= 16 ? `blobs_${entry.dumpId}.toc` : 'blobs.toc'
  const name = entry.description === largeObjects ? list : `${entry.dumpId}.dat`
  return { ...entry, data: { kind: 'file', name } }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
