import { ArchiveError } from '../archive-error.ts'
import type { ArchiveFile, ArchiveReader } from '../reading/archive-reader.ts'
import { type EntryData, hasData, type LargeObject, largeObjects } from '../reading/entry-data.ts'
import type { TocEntry } from '../toc/model.ts'
import type { ReadTocOptions } from '../toc/read-toc.ts'
import { readTocFrom } from '../toc/read-toc-stream.ts'
import { readMembers, type TarMember } from './read-members.ts'

const blob = /^blob_(\d{1,10})\.dat$/
/** For people, and for nobody else. */
const script = 'restore.sql'

/** Opens an archive of `pg_dump --format=tar`. It is read from its beginning to its end, whatever is wanted. */
export async function openTar(file: ArchiveFile, options: ReadTocOptions = {}): Promise<ArchiveReader> {
  const opened = readMembers(file.read(0))
  const { archive, rest } = await readTocFrom(await firstMember(opened), options)
  for await (const _ of rest) throw unexpected('toc.dat')
  if (file.canSeek) await opened.return(undefined)

  async function* readData(isWanted: (entry: TocEntry) => boolean = () => true): AsyncGenerator<EntryData> {
    const members = file.canSeek ? readMembers(file.read(0)) : opened
    if (file.canSeek) await firstMember(members)
    const missing = new Map<string, TocEntry>()
    for (const entry of archive.entries.filter(hasData))
      if (entry.data.kind === 'file') missing.set(entry.data.name, entry)
    const take = (name: string): TocEntry => {
      const entry = missing.get(name)
      if (!missing.delete(name) || !entry) throw unexpected(name)
      return entry
    }
    try {
      for (let next = await members.next(); !next.done; next = await members.next()) {
        const { name, body } = next.value
        if (name === script) continue
        if (!blob.test(name)) {
          const entry = take(name)
          // A list of large objects that has none.
          if (entry.description !== largeObjects && isWanted(entry)) yield { entry, kind: 'table', content: body }
          continue
        }
        // Large objects come before the list of them; pg_dump writes the lists in the order of their entries.
        const entry = [...missing.values()].find(({ description }) => description === largeObjects)
        if (!entry) throw unexpected(name)
        const objects = readObjects(members, next.value, entry, take)
        if (isWanted(entry)) yield { entry, kind: 'large-objects', objects }
        for await (const _ of { [Symbol.asyncIterator]: () => objects });
      }
    } finally {
      await members.return(undefined)
    }
    const [name] = missing.keys()
    if (name !== undefined) {
      throw new ArchiveError(
        'ARCHIVE.MISSING_FILE',
        `The archive has no member ${name}, which its table of contents names.`,
        {
          hint: 'use another copy',
        },
      )
    }
  }
  return { format: 'tar', archive, readData }
}

/** Goes through members up to the list that names them. */
async function* readObjects(
  members: AsyncGenerator<TarMember>,
  first: TarMember,
  { data }: TocEntry,
  take: (name: string) => TocEntry,
): AsyncGenerator<LargeObject> {
  for (
    let member: TarMember | undefined = first;
    member;
    member = (await members.next()).value as TarMember | undefined
  ) {
    const [, oid] = blob.exec(member.name) ?? []
    if (oid === undefined) {
      if (data.kind !== 'file' || data.name !== member.name) throw unexpected(member.name)
      take(member.name)
      return
    }
    yield { oid: Number(oid), content: member.body }
  }
}

async function firstMember(members: AsyncGenerator<TarMember>): Promise<AsyncIterable<Uint8Array>> {
  const first = await members.next()
  if (!first.done && first.value.name === 'toc.dat') return first.value.body
  throw new ArchiveError(
    'ARCHIVE.BAD_MAGIC',
    'The tar file does not begin with toc.dat: it is no archive of pg_dump.',
    {
      hint: 'Give a file that pg_dump wrote with --format=tar.',
    },
  )
}

const unexpected = (name: string) =>
  new ArchiveError('ARCHIVE.CORRUPT', `The archive has data that its table of contents does not know: ${name}`, {
    hint: 'use another copy',
  })
