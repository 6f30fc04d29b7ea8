import { ArchiveError } from '../archive-error.ts'
import { trailing } from '../bytes/trailing.ts'
import type { ArchiveFile, ArchiveReader } from '../reading/archive-reader.ts'
import { type EntryData, hasData, type LargeObject, largeObjects } from '../reading/entry-data.ts'
import { keepOpen } from '../reading/keep-open.ts'
import { LargeObjectContents } from '../reading/large-object-contents.ts'
import { tableContent } from '../reading/table-content.ts'
import type { Archive, TocEntry } from '../toc/model.ts'
import { type ReadTocFromOptions, readTocFrom } from '../toc/read-toc-stream.ts'
import { readMembers, type TarMember } from './read-members.ts'

const rows = /^([1-9]\d{0,9})\.dat$/
const largeObject = /^blob_([1-9]\d{0,9})\.dat$/
/** Since 17 there may be several, each with the dump id of its entry. */
const listOfLargeObjects = /^blobs(_\d{1,10})?\.toc$/
/** For people, and for nobody else. */
const script = 'restore.sql'

/** Opens an archive of `pg_dump --format=tar`. It is read from its beginning to its end, whatever is wanted. */
export async function openTar(file: ArchiveFile, options: ReadTocFromOptions = {}): Promise<ArchiveReader> {
  const opened = readMembers(file.read(0))
  const archive = await readToc(opened, options).catch(async (error) => {
    await opened.return(undefined)
    throw error
  })
  if (file.canSeek) await opened.return(undefined)
  const contents = new LargeObjectContents(archive.entries)

  async function* readData(isWanted: (entry: TocEntry) => boolean = () => true): AsyncGenerator<EntryData> {
    const members = file.canSeek ? readMembers(file.read(0)) : opened
    if (file.canSeek) await firstMember(members)
    const missing = new Map(archive.entries.filter(hasData).map((entry) => [entry.dumpId, entry]))
    try {
      for (let next = await members.next(); !next.done; next = await members.next()) {
        const { name, body } = next.value
        if (name === script) continue
        const [, dumpId] = rows.exec(name) ?? []
        const entry = dumpId === undefined ? firstOfLargeObjects(missing) : missing.get(Number(dumpId))
        const isList = dumpId === undefined
        if (!entry || isList !== (entry.description === largeObjects)) throw unexpected(name)
        missing.delete(entry.dumpId)
        if (!isList) {
          if (isWanted(entry)) yield { entry, kind: 'table', content: tableContent(entry, body) }
        } else {
          const objects = contents.of(entry, readObjects(members, next.value, entry))
          if (isWanted(entry)) yield { entry, kind: 'large-objects', objects: keepOpen(objects) }
          for await (const _ of objects);
        }
      }
    } finally {
      await members.return(undefined)
    }
    const [lost] = missing.keys()
    if (lost !== undefined) throw lacks(`file with the data of entry ${lost}`, lost)
  }
  return { format: 'tar', archive, readData, close: async () => void (await opened.return(undefined)) }
}

async function readToc(members: AsyncGenerator<TarMember>, options: ReadTocFromOptions): Promise<Archive> {
  const { archive, rest } = await readTocFrom(await firstMember(members), options)
  for await (const _ of rest) throw trailing('the table of contents in toc.dat', archive.tocEnd)
  return archive
}

/** Large objects come before the list of them, in the order of their entries. */
function firstOfLargeObjects(missing: ReadonlyMap<number, TocEntry>): TocEntry | undefined {
  for (const entry of missing.values()) if (entry.description === largeObjects) return entry
  return undefined
}

/** Goes through members up to the list that names them. */
async function* readObjects(
  members: AsyncGenerator<TarMember>,
  first: TarMember,
  { dumpId }: TocEntry,
): AsyncGenerator<LargeObject> {
  for (let member = first; ; ) {
    const [, oid] = largeObject.exec(member.name) ?? []
    if (oid === undefined) {
      const [, id = `_${dumpId}`] = listOfLargeObjects.exec(member.name) ?? [undefined, 'none']
      if (id !== `_${dumpId}`) throw unexpected(member.name)
      return
    }
    yield { oid: Number(oid), content: member.body }
    const next = await members.next()
    if (next.done) throw lacks(`list of the large objects of entry ${dumpId}`, dumpId)
    member = next.value
  }
}

async function firstMember(members: AsyncGenerator<TarMember>): Promise<AsyncIterable<Uint8Array>> {
  const first = await members.next()
  if (!first.done && first.value.name === 'toc.dat') return first.value.body
  throw new ArchiveError(
    'ARCHIVE.BAD_MAGIC',
    'The tar file does not begin with toc.dat: it is no archive of pg_dump.',
    { hint: 'Give a file that pg_dump wrote with --format=tar.' },
  )
}

const lacks = (what: string, dumpId: number) =>
  new ArchiveError('ARCHIVE.MISSING_FILE', `The archive has no ${what}.`, {
    meta: { dumpId },
    hint: 'use another copy',
  })

const unexpected = (name: string) =>
  new ArchiveError('ARCHIVE.CORRUPT', `The archive has data that its table of contents does not know: ${name}`, {
    hint: 'use another copy',
  })
