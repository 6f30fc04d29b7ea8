import { xxh32 } from '../src/compression/xxh32.ts'

/** How a block of a frame is written. */
export type BlockKind = 'compressed' | 'stored'

export interface FrameOptions {
  /** Default `false`. */
  readonly isLinked?: boolean
  readonly hasBlockChecksums?: boolean
  readonly hasContentChecksum?: boolean
  readonly hasContentSize?: boolean
  /** 4 to 7: blocks of 64 KB, 256 KB, 1 MB, 4 MB at most. */
  readonly sizeCode?: number
  /** What each block holds, in bytes, over and over; default: as much as it may. */
  readonly blockBytes?: readonly number[]
  /** How blocks are written, over and over. Default: compressed. */
  readonly kinds?: readonly BlockKind[]
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

/** What a length of 15 or more is followed by. */
function extension(length: number): Buffer {
  if (length < 15) return Buffer.alloc(0)
  return Buffer.concat([Buffer.alloc(Math.floor((length - 15) / 255), 255), Buffer.of((length - 15) % 255)])
}

export function sequence(literals: Uint8Array, offset?: number, length = 4): Buffer {
  const token = (Math.min(literals.length, 15) << 4) | (offset === undefined ? 0 : Math.min(length - 4, 15))
  const start = [Buffer.of(token), extension(literals.length), literals]
  if (offset === undefined) return Buffer.concat(start)
  return Buffer.concat([...start, Buffer.of(offset & 0xff, offset >> 8), extension(length - 4)])
}

/** An LZ4 block for what stands in `content` from `from` to `to`; matches are looked for where `seen` knows them. */
function compressedBlock(content: Buffer, from: number, to: number, seen: Map<number, number>): Buffer {
  const sequences: Buffer[] = []
  const remember = (at: number) => {
    if (at + 4 <= content.length) seen.set(content.readUInt32LE(at), at)
  }
  let literalsFrom = from
  for (let at = from; at < to - 12; ) {
    const match = seen.get(content.readUInt32LE(at))
    remember(at)
    if (match === undefined || at - match > 65_535) {
      at++
      continue
    }
    let length = 4
    while (at + length < to - 5 && content[match + length] === content[at + length]) length++
    sequences.push(sequence(content.subarray(literalsFrom, at), at - match, length))
    for (let passed = at + 1; passed < at + length; passed += length > 1000 ? 97 : 1) remember(passed)
    at += length
    literalsFrom = at
  }
  return Buffer.concat([...sequences, sequence(content.subarray(literalsFrom, to))])
}

/** A frame's header with any flags; the checksum is right. */
export function frameHeader(flags: number, blockFlags: number, optional = Buffer.alloc(0)): Buffer {
  const descriptor = Buffer.concat([Buffer.of(flags, blockFlags), optional])
  return Buffer.concat([uint32(0x184d2204), descriptor, Buffer.of((xxh32(descriptor) >> 8) & 0xff)])
}

export function block(bytes: Uint8Array, isStored = false, checksum = Buffer.alloc(0)): Buffer {
  return Buffer.concat([uint32(isStored ? bytes.length + 0x8000_0000 : bytes.length), bytes, checksum])
}

export const endMark = uint32(0)

/** An LZ4 frame, made by a small encoder that knows every kind of block. */
export function lz4Frame(content: Buffer, options: FrameOptions = {}): Buffer {
  const { isLinked, hasBlockChecksums, hasContentChecksum, hasContentSize, sizeCode = 4 } = options
  const { blockBytes = [2 ** (8 + 2 * sizeCode)], kinds = ['compressed'] } = options
  const flags = 0x40 | (isLinked ? 0 : 0x20) | (hasBlockChecksums ? 0x10 : 0) | (hasContentSize ? 8 : 0)
  const size = Buffer.alloc(hasContentSize ? 8 : 0)
  if (hasContentSize) size.writeBigUInt64LE(BigInt(content.length))
  const parts = [frameHeader(flags | (hasContentChecksum ? 4 : 0), sizeCode << 4, size)]
  let seen = new Map<number, number>()
  for (let at = 0, index = 0; at < content.length; index++) {
    if (!isLinked) seen = new Map()
    const to = Math.min(content.length, at + (blockBytes[index % blockBytes.length] as number))
    const compressed = compressedBlock(content, at, to, seen)
    // As encoders do with what cannot be compressed.
    const isStored = kinds[index % kinds.length] === 'stored' || compressed.length > to - at
    const bytes = isStored ? content.subarray(at, to) : compressed
    parts.push(block(bytes, isStored, hasBlockChecksums ? uint32(xxh32(bytes)) : undefined))
    at = to
  }
  return Buffer.concat([...parts, endMark, ...(hasContentChecksum ? [uint32(xxh32(content))] : [])])
}

export function skippableFrame(length: number, variant = 0): Buffer {
  return Buffer.concat([uint32(0x184d2a50 + variant), uint32(length), Buffer.alloc(length, 0xab)])
}
