import type { ObjectSource } from '@pgark/core'
import type { ArchiveReader, TocEntry } from '@pgark/pg-archive'

/** What a data file's name may end with, by its compression. */
const endings = ['', '.gz', '.lz4', '.zst']

/** About how many stored bytes each entry with data has, where that can be told without reading them. */
export async function dataSizes(
  { format, archive }: ArchiveReader,
  entries: readonly TocEntry[],
  source: ObjectSource,
): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>()
  if (format === 'directory') {
    for (const { data, dumpId } of entries) {
      if (data.kind === 'file') sizes.set(dumpId, (await fileSize(data.name, source)) ?? 0)
    }
    return sizes
  }
  const blocks = archive.entries.flatMap(({ data, dumpId }) =>
    data.kind === 'block' && data.offset !== undefined ? [{ dumpId, start: Number(data.offset) }] : [],
  )
  blocks.sort((a, b) => a.start - b.start)
  const end = (await source.sizeOf(source.objectName)) ?? 0
  for (const [at, { dumpId, start }] of blocks.entries()) sizes.set(dumpId, (blocks[at + 1]?.start ?? end) - start)
  return sizes
}

async function fileSize(name: string, source: ObjectSource): Promise<number | undefined> {
  for (const ending of endings) {
    if (await source.has(name + ending)) return await source.sizeOf(name + ending)
  }
  return undefined
}
