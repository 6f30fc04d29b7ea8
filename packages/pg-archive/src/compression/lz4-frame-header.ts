import { ArchiveError } from '../archive-error.ts'
import type { Pull } from '../bytes/pull.ts'
import { xxh32 } from './xxh32.ts'

const supportedVersion = 1
/** Largest content of a block, by the code that the header has for it. */
const blockBytes: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
}

/** What the header of an LZ4 frame says (lz4_Frame_format.md, "Frame Descriptor"). */
export interface Lz4FrameHeader {
  /** Whether blocks refer to those before them. */
  readonly isLinked: boolean
  readonly hasBlockChecksums: boolean
  readonly hasContentChecksum: boolean
  readonly contentBytes: bigint | undefined
  /** The most that a block holds, compressed or not. */
  readonly blockBytes: number
}

/** Reads what stands between a frame's magic number and its first block, and checks it. */
export async function readLz4FrameHeader(pull: Pull): Promise<Lz4FrameHeader> {
  const what = 'the header of a frame'
  const start = pull.offset
  const fixed = await pull.take(2, what)
  const flags = fixed.readUInt8(0)
  const blockFlags = fixed.readUInt8(1)
  const hasContentSize = (flags & 0x08) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  const optional = await pull.take((hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0), what)
  const checksum = (await pull.take(1, what)).readUInt8(0)
  if (checksum !== ((xxh32(Buffer.concat([fixed, optional])) >> 8) & 0xff)) {
    throw lz4Damage('the checksum of a header differs', start)
  }
  if (hasDictionary) throw unsupported('needs a dictionary', start)
  const size = blockBytes[blockFlags >> 4]
  const isKnown = flags >> 6 === supportedVersion && (flags & 0x02) === 0 && (blockFlags & 0x0f) === 0
  if (!isKnown || size === undefined) throw unsupported('is of a later version of the format', start)
  return {
    isLinked: (flags & 0x20) === 0,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    contentBytes: hasContentSize ? optional.readBigUInt64LE(0) : undefined,
    blockBytes: size,
  }
}

export function lz4Damage(problem: string, offset: number): ArchiveError {
  return new ArchiveError('ARCHIVE.CORRUPT', `The lz4 data is damaged: ${problem} (at offset ${offset})`, {
    meta: { offset },
    hint: 'the file was changed after it was written; use another copy',
  })
}

function unsupported(problem: string, offset: number): ArchiveError {
  return new ArchiveError('ARCHIVE.UNSUPPORTED_VERSION', `The lz4 data ${problem} (at offset ${offset})`, {
    meta: { offset },
    hint: 'pg_dump writes none such; compress the data again, with the defaults of `lz4`',
  })
}
