import { ArchiveError } from '../archive-error.ts'
import { Pull } from '../bytes/pull.ts'
import { trailing } from '../bytes/trailing.ts'
import type { ArchiveFile, ArchiveReader } from '../reading/archive-reader.ts'
import { type EntryData, hasData } from '../reading/entry-data.ts'
import { LargeObjectContents } from '../reading/large-object-contents.ts'
import type { TocEntry } from '../toc/model.ts'
import { type ReadTocFromOptions, readTocFrom } from '../toc/read-toc-stream.ts'
import { type BlockInput, corrupt, offsetOf } from './block-chunks.ts'
import { readBlock } from './read-blocks.ts'
import { isTocAgain } from './toc-again.ts'

/** Opens an archive of `pg_dump --format=custom`. */
export async function openCustom(file: ArchiveFile, options: ReadTocFromOptions = {}): Promise<ArchiveReader> {
  const { archive, rest } = await readTocFrom(file.read(0), options)
  const { header, entries, tocEnd } = archive
  if (file.canSeek) await rest.return?.()
  const inputAt = (start: number): BlockInput => ({
    pull: new Pull(file.canSeek ? file.read(start) : rest),
    base: start,
    intSize: header.intSize,
  })
  const contents = new LargeObjectContents(entries)
  const stored = new Map(entries.filter(hasData).map((entry) => [entry.dumpId, entry]))

  async function* readData(isWanted?: (entry: TocEntry) => boolean): AsyncGenerator<EntryData> {
    const missing = new Set(stored.keys())
    const wanted = new Set(
      [...stored.values()].filter((entry) => isWanted?.(entry) ?? true).map(({ dumpId }) => dumpId),
    )
    const find = (dumpId: number, offset: number) => {
      const entry = stored.get(dumpId)
      const known = entry?.data.kind === 'block' ? entry.data.offset : undefined
      const isElsewhere = known !== undefined && known !== BigInt(offset)
      if (!entry || isElsewhere || !missing.delete(dumpId)) throw corrupt('the dump id of a block', offset)
      return { entry, isWanted: wanted.delete(dumpId) }
    }
    const isPicking = file.canSeek && isWanted !== undefined
    if (isPicking && wanted.size === 0) return
    const places = isPicking ? placesOf(wanted, stored, tocEnd) : []
    let input = inputAt(places.shift() ?? tocEnd)
    try {
      while (wanted.size > 0) {
        if (await input.pull.atEnd()) throw noData(wanted, offsetOf(input))
        yield* readBlock(input, header.compression, contents, find)
        const next = places.shift()
        if (next === undefined || next === offsetOf(input)) continue
        await input.pull.close()
        input = inputAt(next)
      }
      if (isPicking) return
      // Everything, and a pipe whatever is wanted, is read to the end: damage may show there.
      while (missing.size > 0) {
        if (await input.pull.atEnd()) throw noData(missing, offsetOf(input))
        yield* readBlock(input, header.compression, contents, find)
      }
      const end = offsetOf(input)
      if (!(await input.pull.atEnd()) && !(await isTocAgain(input.pull, archive, options)))
        throw trailing('the archive', end)
    } finally {
      await input.pull.close()
    }
  }

  async function* readEntry(entry: TocEntry): AsyncGenerator<EntryData> {
    const [place] = hasData(entry) ? placesOf(new Set([entry.dumpId]), stored, tocEnd) : []
    if (place === undefined) return
    const input = inputAt(place)
    try {
      yield* readBlock(input, header.compression, contents, (dumpId, offset) => {
        if (dumpId !== entry.dumpId) throw corrupt('the dump id of a block', offset)
        return { entry, isWanted: true }
      })
    } finally {
      await input.pull.close()
    }
  }
  const isIndexed = file.canSeek && [...stored.values()].every(({ data }) => data.kind === 'block' && data.offset)
  return {
    format: 'custom',
    archive,
    readData,
    ...(isIndexed && { readEntry }),
    close: async () => void (await rest.return?.()),
  }
}

/** Where the blocks that are wanted begin, in order; none where the archive does not say it of all of them. */
function placesOf(wanted: ReadonlySet<number>, stored: ReadonlyMap<number, TocEntry>, tocEnd: number): number[] {
  const places: number[] = []
  for (const dumpId of wanted) {
    const data = stored.get(dumpId)?.data
    if (data?.kind !== 'block' || data.offset === undefined) return []
    if (data.offset < tocEnd || data.offset > Number.MAX_SAFE_INTEGER) {
      throw corrupt(`the place of the data of entry ${dumpId}`, tocEnd)
    }
    places.push(Number(data.offset))
  }
  return places.sort((a, b) => a - b)
}

function noData(missing: ReadonlySet<number>, offset: number): ArchiveError {
  const [dumpId = 0] = missing
  return new ArchiveError(
    'ARCHIVE.TRUNCATED',
    `The archive ends before the data of entry ${dumpId} (at offset ${offset})`,
    { meta: { offset, dumpId }, hint: 'Fetch the archive again, or restore another backup.' },
  )
}
