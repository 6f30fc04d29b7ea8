import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { openArchive, type WritableCodec, writeCustom } from '@pgark/pg-archive'

// `read-archive.ts <archive> [<copy> <codec>]`: reads an archive whole, or writes it again.

const [file = '', copy, codec] = process.argv.slice(2)
const { archive, readData } = await openArchive(file, { decode: 'latin1' })
if (copy === undefined) {
  for await (const item of readData()) {
    if (item.kind === 'table') for await (const _ of item.content);
    else for await (const { content } of item.objects) for await (const _ of content);
  }
} else {
  const written = writeCustom(archive, readData(), { codec: codec as WritableCodec, encode: 'latin1' })
  await pipeline(written, createWriteStream(copy))
}
