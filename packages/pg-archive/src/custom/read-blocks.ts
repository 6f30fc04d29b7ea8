import { decompressAs } from '../compression/decompress.ts'
import { type EntryData, type LargeObject, largeObjects } from '../reading/entry-data.ts'
import { keepOpen } from '../reading/keep-open.ts'
import type { LargeObjectContents } from '../reading/large-object-contents.ts'
import { tableContent } from '../reading/table-content.ts'
import { BLOCK } from '../toc/codes.ts'
import type { Compression, TocEntry } from '../toc/model.ts'
import { BlockChunks, type BlockInput, corrupt, offsetOf, readCount } from './block-chunks.ts'

const highestOid = 0xffff_ffff

/** Reads one block: `data` is undefined for one that is not wanted, which has been passed over. */
export async function* readBlock(
  input: BlockInput,
  { algorithm }: Compression,
  largeObjectContents: LargeObjectContents,
  find: (dumpId: number, offset: number) => { entry: TocEntry; isWanted: boolean },
): AsyncGenerator<EntryData> {
  const start = offsetOf(input)
  const [type] = await input.pull.take(1, 'the type of a block')
  if (type !== BLOCK.table && type !== BLOCK['large-objects']) throw corrupt('the type of a block', start)
  const { entry, isWanted } = find(await readCount(input, 'the dump id of a block'), start)
  if ((type === BLOCK['large-objects']) !== (entry.description === largeObjects))
    throw corrupt('the type of a block', start)
  const content = (chunks: BlockChunks) => decompressAs(algorithm, chunks.rest())
  if (type === BLOCK.table) {
    const chunks = new BlockChunks(input, `the data of entry ${entry.dumpId}`)
    if (isWanted) yield { entry, kind: 'table', content: tableContent(entry, content(chunks)) }
    await chunks.skip()
    return
  }
  const objects = largeObjectContents.of(entry, readObjects())
  if (isWanted) yield { entry, kind: 'large-objects', objects: keepOpen(objects) }
  for await (const _ of objects);

  async function* readObjects(): AsyncGenerator<LargeObject> {
    for (;;) {
      const at = offsetOf(input)
      const oid = await readCount(input, 'the oid of a large object')
      if (oid === 0) return
      if (oid > highestOid) throw corrupt('the oid of a large object', at)
      const chunks = new BlockChunks(input, `large object ${oid}`)
      yield { oid, content: content(chunks) }
      await chunks.skip()
    }
  }
}
