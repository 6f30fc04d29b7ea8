import { open } from 'node:fs/promises'
import { openArchive, type WritableCodec, writeCustom } from '@pgark/pg-archive'

// `read-archive.ts <archive> [<copy> <codec>]`: reads an archive whole, or writes it again.

const [file = '', copy, codec] = process.argv.slice(2)
const { archive, readData } = await openArchive(file, { decode: 'latin1' })
if (copy === undefined) {
  for await (const item of readData()) {
    if (item.kind === 'table') for await (const chunk of item.content) handBack(chunk)
    else for await (const { content } of item.objects) for await (const chunk of content) handBack(chunk)
  }
} else {
  await using handle = await open(copy, 'w')
  for await (const chunk of writeCustom(archive, readData(), { codec: codec as WritableCodec, encode: 'latin1' })) {
    await handle.write(chunk)
    handBack(chunk)
  }
}

/** Chunks that are lent are done with. */
function handBack(chunk: Uint8Array & Partial<Disposable>): void {
  chunk[Symbol.dispose]?.()
}
