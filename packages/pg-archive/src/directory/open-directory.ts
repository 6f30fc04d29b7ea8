import { ArchiveError } from '../archive-error.ts'
import { trailing } from '../bytes/trailing.ts'
import { decompress } from '../compression/decompress.ts'
import type { ArchiveFolder, ArchiveReader } from '../reading/archive-reader.ts'
import { type EntryData, type LargeObject, largeObjects } from '../reading/entry-data.ts'
import { LargeObjectContents } from '../reading/large-object-contents.ts'
import { tableContent } from '../reading/table-content.ts'
import type { TocEntry } from '../toc/model.ts'
import { type ReadTocFromOptions, readTocFrom } from '../toc/read-toc-stream.ts'
import { codecs, dataFiles, suffixes } from './data-files.ts'
import { readLargeObjectList } from './large-object-list.ts'

/** Opens an archive of `pg_dump --format=directory`. */
export async function openDirectory(folder: ArchiveFolder, options: ReadTocFromOptions = {}): Promise<ArchiveReader> {
  const { archive, rest } = await readTocFrom(folder.read('toc.dat'), options)
  for await (const chunk of rest)
    if (chunk.byteLength > 0) throw trailing('the table of contents in toc.dat', archive.tocEnd)
  const files = dataFiles(archive.entries)
  const own = new Set(archive.entries)
  const contents = new LargeObjectContents(archive.entries)

  async function* readData(isWanted: (entry: TocEntry) => boolean = () => true): AsyncGenerator<EntryData> {
    for (const entry of archive.entries) if (files.has(entry) && isWanted(entry)) yield* readEntry(entry)
  }

  async function* readEntry(entry: TocEntry): AsyncGenerator<EntryData> {
    const name = files.get(entry)
    // Nothing would look like a table without rows.
    if (name === undefined && !own.has(entry))
      throw new TypeError('Expected one of the entries of this archive, not a copy.')
    if (name === undefined) return
    if (entry.description === largeObjects) {
      yield { entry, kind: 'large-objects', objects: contents.of(entry, readObjects(name)) }
    } else {
      yield { entry, kind: 'table', content: tableContent(entry, await open(name)) }
    }
  }

  async function* readObjects(list: string): AsyncGenerator<LargeObject> {
    if (!(await folder.has(list))) throw missing(list)
    for await (const { oid, name } of readLargeObjectList(folder.read(list), list))
      yield { oid, content: await open(name) }
  }

  async function open(name: string): Promise<AsyncIterable<Uint8Array>> {
    for (const codec of codecs) {
      const file = name + suffixes[codec]
      // By its name, not its first bytes: a large object may be a compressed file itself.
      if (await folder.has(file)) return decompress(folder.read(file), codec)
    }
    throw missing(name)
  }

  return { format: 'directory', archive, readData, readEntry, close: async () => {} }
}

const missing = (name: string) =>
  new ArchiveError('ARCHIVE.MISSING_FILE', `The archive has no file ${name}, which belongs to it.`, {
    hint: 'copy the whole folder again',
  })
