import { deflateSync } from 'node:zlib'
import { type ArchiveHeader, type TocEntry, writeToc } from '../../src/index.ts'
import type { Contents } from './sample-archive.ts'

export interface Made {
  /** Note in the table of contents where each block begins. */
  readonly offsets?: boolean
  /** Bytes of the chunks into which a block is cut. */
  readonly chunkBytes?: number
}

const int = (value: number) => {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32LE(value, 1)
  return bytes
}

/** The block of one entry, byte by byte: a type, the dump id, chunks with their lengths. */
export function block(
  dumpId: number,
  data: Buffer | ReadonlyMap<number, Buffer>,
  chunkBytes = 100,
  isZlib = false,
): Buffer {
  const chunks = (content: Buffer) => {
    const bytes = isZlib ? deflateSync(content) : content
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const part = bytes.subarray(at, at + chunkBytes)
      parts.push(int(part.length), part)
    }
    return Buffer.concat([...parts, int(0)])
  }
  if (Buffer.isBuffer(data)) return Buffer.concat([Buffer.from([1]), int(dumpId), chunks(data)])
  const objects = [...data].flatMap(([oid, content]) => [int(oid), chunks(content)])
  return Buffer.concat([Buffer.from([3]), int(dumpId), ...objects, int(0)])
}

/** A custom archive of any version, as a pg_dump that can seek would write it, or one that cannot. */
export function customArchive(
  header: ArchiveHeader,
  entries: readonly TocEntry[],
  contents: Contents,
  { offsets = false, chunkBytes = 100 }: Made = {},
): Buffer {
  const isZlib = header.compression.algorithm === 'gzip'
  const blocks = [...contents].map(([dumpId, data]) => ({ dumpId, bytes: block(dumpId, data, chunkBytes, isZlib) }))
  // Places take as many bytes whether they are known or not.
  let at = writeToc({ header, entries }).length
  const places = new Map<number, bigint>()
  for (const { dumpId, bytes } of blocks) {
    places.set(dumpId, BigInt(at))
    at += bytes.length
  }
  const placed = entries.map((entry): TocEntry => {
    const offset = places.get(entry.dumpId)
    return offset === undefined || !offsets ? entry : { ...entry, data: { kind: 'block', offset } }
  })
  return Buffer.concat([writeToc({ header, entries: placed }), ...blocks.map(({ bytes }) => bytes)])
}
