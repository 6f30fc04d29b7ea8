import { readToc } from '../../../src/toc/read-toc.ts'
import type { Sample } from './sample.ts'

/** Where the stored bytes of a stream are, in pieces, in one of a sample's files. */
export interface StreamRange {
  /** None of what a tar file has for others: its script, and its lists of large objects. */
  readonly stream: string | undefined
  readonly file: string
  readonly from: number
  readonly to: number
}

/** Every piece of every stream of an undamaged archive, found without the readers that are tested. */
export function streamRanges({ format, files }: Sample): StreamRange[] {
  if (format === 'directory') {
    return [...files].flatMap(([file, bytes]) => rangeOf(file, file, 0, bytes.length))
  }
  const bytes = files.get('archive') as Buffer
  return format === 'tar' ? tarRanges(bytes) : customRanges(bytes)
}

/** By the name that a data file has in directories and tar files. */
function rangeOf(name: string, file: string, from: number, to: number): StreamRange[] {
  const [, kind, id] = /^(blob_)?(\d+)\.dat(?:\.\w+)?$/.exec(name) ?? []
  return id === undefined ? [] : [{ stream: `${kind ? 'object' : 'table'} ${id}`, file, from, to }]
}

function tarRanges(bytes: Buffer): StreamRange[] {
  const found: StreamRange[] = []
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes.toString('latin1', at, bytes.indexOf(0, at))
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
    const place = [at + 512, at + 512 + size] as const
    if (/^blobs.*toc$|^restore.sql$/.test(name))
      found.push({ stream: undefined, file: 'archive', from: place[0], to: place[1] })
    else found.push(...rangeOf(name, 'archive', ...place))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return found
}

function customRanges(bytes: Buffer): StreamRange[] {
  const found: StreamRange[] = []
  let at = readToc(bytes, { decode: 'latin1' }).tocEnd
  const int = () => {
    at += 5
    return bytes.readUInt32LE(at - 4)
  }
  const chunksOf = (stream: string) => {
    for (let length = int(); length > 0; length = int()) {
      found.push({ stream, file: 'archive', from: at, to: at + length })
      at += length
    }
  }
  while (at < bytes.length) {
    const type = bytes[at++]
    const dumpId = int()
    if (type === 1) chunksOf(`table ${dumpId}`)
    else for (let oid = int(); oid > 0; oid = int()) chunksOf(`object ${oid}`)
  }
  return found
}
