import type { ArchiveError } from '../archive-error.ts'
import { Pull } from '../bytes/pull.ts'
import { trailing } from '../bytes/trailing.ts'
import { type Lz4FrameHeader, lz4Damage, readLz4FrameHeader } from './lz4-frame-header.ts'
import { Lz4Window } from './lz4-window.ts'
import { Xxh32, xxh32 } from './xxh32.ts'

const frameMagic = 0x184d2204
/** The 16 values from this one on begin a skippable frame. */
const skippableMagic = 0x184d2a50
/** The highest bit of a block's size. */
const uncompressedBit = 0x8000_0000

/**
 * The content of one LZ4 frame (lz4_Frame_format.md) or more, as pg_dump writes them and `lz4` does; skippable frames are passed
 * over, legacy frames and dictionaries refused. Bounded memory: two blocks, and 64 KB before them. Every checksum is verified, but
 * those of a content only at its end. Throws `ARCHIVE.TRUNCATED`, `ARCHIVE.CORRUPT`, `ARCHIVE.TRAILING` or
 * `ARCHIVE.UNSUPPORTED_VERSION`.
 */
export async function* decodeLz4(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pull = new Pull(source, 'lz4 data')
  const window = new Lz4Window()
  try {
    do {
      const start = pull.offset
      const magic = (await pull.take(4, 'the beginning of a frame')).readUInt32LE(0)
      if (magic === frameMagic) yield* readFrame(pull, window)
      else if (magic >= skippableMagic && magic < skippableMagic + 16) {
        await pull.skip(await uint32(pull, 'a skippable frame'), 'a skippable frame')
      } else throw noFrame(start)
    } while (!(await pull.atEnd()))
  } finally {
    await pull.close()
  }
}

async function* readFrame(pull: Pull, window: Lz4Window): AsyncGenerator<Uint8Array> {
  const frameStart = pull.offset
  const header = await readLz4FrameHeader(pull)
  const checksum = header.hasContentChecksum ? new Xxh32() : undefined
  let contentBytes = 0
  window.startFrame()
  for (;;) {
    const start = pull.offset
    const size = await uint32(pull, 'the size of a block')
    if (size === 0) break
    const content = await readBlock(pull, window, header, size, start)
    checksum?.update(content)
    contentBytes += content.length
    if (content.length > 0) yield content
  }
  if (checksum) {
    const start = pull.offset
    if ((await uint32(pull, 'the checksum of a frame')) !== checksum.digest()) {
      throw lz4Damage('the checksum of its content differs', start)
    }
  }
  if (header.contentBytes !== undefined && header.contentBytes !== BigInt(contentBytes)) {
    throw lz4Damage('its content has another size than its header says', frameStart)
  }
}

async function readBlock(
  pull: Pull,
  window: Lz4Window,
  header: Lz4FrameHeader,
  size: number,
  start: number,
): Promise<Uint8Array> {
  const isStored = size >= uncompressedBit
  const length = isStored ? size - uncompressedBit : size
  if (length > header.blockBytes) throw lz4Damage('a block is larger than its frame allows', start)
  const block = await pull.take(length, 'a block')
  if (header.hasBlockChecksums && (await uint32(pull, 'the checksum of a block')) !== xxh32(block)) {
    throw lz4Damage('the checksum of a block differs', start)
  }
  const content = isStored ? window.store(block) : window.decode(block, header.blockBytes, header.isLinked)
  if (content === undefined) throw lz4Damage('a block cannot be decoded', start)
  return content
}

async function uint32(pull: Pull, what: string): Promise<number> {
  return (await pull.take(4, what)).readUInt32LE(0)
}

function noFrame(offset: number): ArchiveError {
  return offset === 0 ? lz4Damage('it does not begin with a frame', offset) : trailing('the lz4 data', offset)
}
