import { ArchiveError } from '../archive-error.ts'
import { trailing } from '../bytes/trailing.ts'
import { handBack } from './lending.ts'

const frameMagic = 0xfd2fb528
/** The 16 values from this one on begin a skippable frame. */
const skippableMagic = 0x184d2a50
const dictionaryIdBytes = [0, 1, 2, 4] as const
const contentSizeBytes = [0, 2, 4, 8] as const
const rleBlock = 1
/** Magic, descriptor, all other fields at their longest: shorter frames are not looked at. */
const minFrameBytes = 18
const hint = 'the file was cut or changed after it was written; use another copy'

/** What comes next in a frame, once the bytes before it are passed over. */
type FramePart = 'magic' | 'skippable-size' | 'descriptor' | 'block' | 'end'

/**
 * Finds where zstd frames end, without decoding them (RFC 8878, section 3.1): a frame is a header of known length, blocks that
 * each tell their size, and an optional checksum.
 */
class FrameScanner {
  #header: number[] = []
  #headerBytes = 4
  #skip = 0
  #part: FramePart = 'magic'
  #hasChecksum = false
  #isFirst = true

  /** Reads on from `from`; answers the offset just behind the frame's last byte, or undefined when the chunk ends before it. */
  scan(chunk: Uint8Array, from: number): number | undefined {
    let at = from
    while (at < chunk.length || (this.#skip === 0 && this.#part === 'end')) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at)
        this.#skip -= skipped
        at += skipped
      } else if (this.#part === 'end') {
        this.#expect('magic', 4)
        this.#isFirst = false
        return at
      } else {
        this.#header.push(chunk[at++] as number)
        if (this.#header.length === this.#headerBytes) this.#readHeader(this.#header)
      }
    }
    return undefined
  }

  #expect(part: FramePart, headerBytes: number, skip = 0): void {
    this.#part = part
    this.#headerBytes = headerBytes
    this.#header = []
    this.#skip = skip
  }

  #readHeader(header: readonly number[]): void {
    const value = header.reduceRight((sum, byte) => sum * 256 + byte, 0)
    if (this.#part === 'magic') {
      const isSkippable = value >= skippableMagic && value < skippableMagic + 16
      if (!isSkippable && value !== frameMagic) {
        if (!this.#isFirst) throw trailing('the zstd data')
        throw new ArchiveError('ARCHIVE.CORRUPT', 'The zstd data is damaged: it does not begin with a frame.', { hint })
      }
      this.#expect(isSkippable ? 'skippable-size' : 'descriptor', isSkippable ? 4 : 1)
    } else if (this.#part === 'skippable-size') {
      this.#expect('end', 0, value)
    } else if (this.#part === 'descriptor') {
      const isSingleSegment = (value & 0x20) !== 0
      const sizeFlag = value >> 6
      const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : (contentSizeBytes[sizeFlag] as number)
      this.#hasChecksum = (value & 0x04) !== 0
      this.#expect('block', 3, (isSingleSegment ? 0 : 1) + (dictionaryIdBytes[value & 3] as number) + sizeBytes)
    } else {
      const isLast = (value & 1) !== 0
      const stored = ((value >> 1) & 3) === rleBlock ? 1 : value >> 3
      if (isLast) this.#expect('end', 0, stored + (this.#hasChecksum ? 4 : 0))
      else this.#expect('block', 3, stored)
    }
  }
}

/** What a frame says of the size of its content; undefined where it does not, or has none at all. */
export function contentSize(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < minFrameBytes || view.getUint32(0, true) !== frameMagic) return undefined
  const descriptor = view.getUint8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const at = 5 + (isSingleSegment ? 0 : 1) + (dictionaryIdBytes[descriptor & 3] as number)
  const sizeFlag = descriptor >> 6
  if (sizeFlag === 3) return Number(view.getBigUint64(at, true))
  if (sizeFlag === 2) return view.getUint32(at, true)
  // Smaller values have a field of one byte.
  if (sizeFlag === 1) return view.getUint16(at, true) + 256
  return isSingleSegment ? view.getUint8(at) : undefined
}

/** A chunk that is lent goes back with its last part: parts are used up in their order. */
function partOf(chunk: Uint8Array, from: number, to = chunk.length): Uint8Array {
  const part = chunk.subarray(from, to)
  return to < chunk.length ? part : Object.assign(part, { [Symbol.dispose]: () => handBack(chunk) })
}

/** The frames of a zstd stream one after the other (decoders pass over skippable ones). Each must be read to its end before the next. */
export async function* splitZstdFrames(body: AsyncIterable<Uint8Array>): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const iterator = body[Symbol.asyncIterator]()
  const scanner = new FrameScanner()
  let chunk: Uint8Array = new Uint8Array()
  let at = 0

  async function more(): Promise<boolean> {
    while (at === chunk.length) {
      const next = await iterator.next()
      if (next.done) return false
      chunk = next.value
      at = 0
    }
    return true
  }
  async function* frame(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (!(await more())) throw new ArchiveError('ARCHIVE.TRUNCATED', 'The zstd data ends inside a frame.', { hint })
      const end = scanner.scan(chunk, at)
      const piece = partOf(chunk, at, end)
      at = end ?? chunk.length
      yield piece
      if (end !== undefined) return
    }
  }
  try {
    while (await more()) yield frame()
  } finally {
    await iterator.return?.()
  }
}
