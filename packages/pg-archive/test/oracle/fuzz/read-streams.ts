import { createHash } from 'node:crypto'
import { parallelOrder } from '../../../src/entries/parallel-order.ts'
import { restoreOrder } from '../../../src/entries/restore-order.ts'
import { toList } from '../../../src/entries/to-list.ts'
import { type OpenedSample, openSample } from './open-sample.ts'

/** What was found in a stream, named as `streamRanges` names it. */
export interface Stream {
  readonly sha256: string
  readonly tail: string
}

/** How a reader that is to be caught is worse than ours. */
export type Fault = 'ignores-errors' | 'hangs' | 'fills-memory' | 'throws'

/** Reads an archive whole, and does with its table of contents what a restore does. */
export async function readStreams(opened: OpenedSample, fault?: Fault): Promise<Map<string, Stream>> {
  const reader = await openSample(opened)
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
