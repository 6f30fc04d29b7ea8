import type { ArchiveReader, TocEntry } from '../../src/index.ts'
import { collect } from '../bytes.ts'
import type { Contents } from './sample-archive.ts'

/** Everything that an archive holds, or what is wanted of it. */
export async function contentsOf(reader: ArchiveReader, isWanted?: (entry: TocEntry) => boolean): Promise<Contents> {
  const found = new Map<number, Buffer | ReadonlyMap<number, Buffer>>()
  for await (const item of reader.readData(isWanted)) {
    if (item.kind === 'table') {
      found.set(item.entry.dumpId, await copyOf(item.content))
      continue
    }
    const objects = new Map<number, Buffer>()
    for await (const { oid, content } of item.objects) objects.set(oid, await copyOf(content))
    found.set(item.entry.dumpId, objects)
  }
  return found
}

/** Chunks may be lent. */
async function copyOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  async function* copies() {
    for await (const chunk of content) yield Buffer.from(chunk)
  }
  return await collect(copies())
}
