import { createHash } from 'node:crypto'
import { openCustom } from '../../../src/custom/open-custom.ts'
import { openDirectory } from '../../../src/directory/open-directory.ts'
import { parallelOrder } from '../../../src/entries/parallel-order.ts'
import { restoreOrder } from '../../../src/entries/restore-order.ts'
import { toList } from '../../../src/entries/to-list.ts'
import type { ArchiveReader } from '../../../src/reading/archive-reader.ts'
import { openTar } from '../../../src/tar/open-tar.ts'
import type { Sample } from './sample.ts'

/** What was found in a stream, named as `streamRanges` names it. */
export interface Stream {
  readonly sha256: string
  readonly tail: string
}

/** How a reader that is to be caught is worse than ours. */
export type Fault = 'ignores-errors' | 'hangs' | 'fills-memory' | 'throws'

const chunkBytes = 4096

/** Reads an archive whole, and does with its table of contents what a restore does. */
export async function readStreams(
  { format, files }: Pick<Sample, 'format' | 'files'>,
  canSeek: boolean,
  fault?: Fault,
): Promise<Map<string, Stream>> {
  const reader = await open(format, files, canSeek)
  toList(reader.archive)
  restoreOrder(reader.archive.entries)
  parallelOrder(reader.archive.entries)
  const streams = new Map<string, Stream>()
  const add = async (name: string, content: AsyncIterable<Uint8Array>) => {
    if (streams.has(name)) throw new Error(`${name} came twice`)
    streams.set(name, await streamOf(content, fault))
  }
  for await (const item of reader.readData()) {
    if (item.kind === 'table') await add(`table ${item.entry.dumpId}`, item.content)
    else for await (const { oid, content } of item.objects) await add(`object ${oid}`, content)
  }
  return streams
}

async function streamOf(content: AsyncIterable<Uint8Array>, fault: Fault | undefined): Promise<Stream> {
  const hash = createHash('sha256')
  let tail = Buffer.alloc(0)
  try {
    for await (const chunk of content) {
      hash.update(chunk)
      tail = Buffer.concat([tail, chunk]).subarray(-6)
    }
  } catch (error) {
    if (fault !== 'ignores-errors') throw error
  }
  return { sha256: hash.digest('hex'), tail: tail.toString('latin1') }
}

async function open(format: Sample['format'], files: Sample['files'], canSeek: boolean): Promise<ArchiveReader> {
  if (format === 'directory') {
    const folder = { has: async (name: string) => files.has(name), read: (name: string) => chunks(files.get(name), 0) }
    return await openDirectory(folder, { decode: 'latin1' })
  }
  const file = { canSeek, read: (start: number) => chunks(files.get('archive'), start) }
  return format === 'custom' ? await openCustom(file, { decode: 'latin1' }) : await openTar(file, { decode: 'latin1' })
}

async function* chunks(bytes: Buffer | undefined, start: number): AsyncGenerator<Uint8Array> {
  if (!bytes) throw new Error('a file was asked for that is not there')
  for (let at = start; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
