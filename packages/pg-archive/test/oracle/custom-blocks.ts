import { Pull } from '../../src/bytes/pull.ts'
import { decompressAs } from '../../src/compression/decompress.ts'
import type { Codec } from '../../src/index.ts'
import { collect, cutAt } from '../bytes.ts'

const tableBlock = 1
const largeObjects = 3

/** The content of every data block of an archive in the custom format, named as the directory format names its files. */
export async function customBlocks(bytes: Buffer, firstBlock: number, codec: Codec): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  const pull = new Pull(cutAt(bytes.subarray(firstBlock)))
  const int = async () => {
    const found = await pull.take(5, 'a number')
    return found.readUInt8(0) === 1 ? -found.readUInt32LE(1) : found.readUInt32LE(1)
  }
  async function* chunks() {
    for (let length = await int(); length !== 0; length = await int()) yield* pull.stream(length, 'a chunk')
  }
  while (!(await pull.atEnd())) {
    const type = (await pull.take(1, 'a block')).readUInt8(0)
    const id = await int()
    if (type === tableBlock) contents.set(`${id}.dat`, await collect(decompressAs(codec, chunks())))
    else if (type === largeObjects) {
      for (let oid = await int(); oid !== 0; oid = await int()) {
        contents.set(`blob_${oid}.dat`, await collect(decompressAs(codec, chunks())))
      }
    } else throw new Error(`no block of type ${type}`)
  }
  return contents
}
