import { ArchiveError } from '../archive-error.ts'
import type { StringDecoding } from './byte-reader.ts'

const firstBytes = 64 * 1024

/** Writes the primitives of archives, as `ByteReader` reads them, into one buffer that grows up to a limit. */
export class ByteWriter {
  readonly #encoding: StringDecoding
  readonly #intSize: number
  readonly #maxBytes: number
  #bytes: Buffer
  #length = 0

  constructor(intSize: number, encoding: StringDecoding, maxBytes: number) {
    this.#intSize = intSize
    this.#encoding = encoding
    this.#maxBytes = maxBytes
    this.#bytes = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes))
  }

  byte(value: number): void {
    const at = this.#take(1)
    this.#bytes.writeUInt8(value, at)
  }

  int(value: number): void {
    const at = this.#take(1 + this.#intSize)
    putInt(this.#bytes, at, value, this.#intSize)
  }

  fileOffset(value: bigint, size: number): void {
    const at = this.#take(size)
    for (let byte = 0, rest = value; byte < size; byte++, rest >>= 8n) this.#bytes[at + byte] = Number(rest & 0xffn)
  }

  /** Characters alone, without a length before them. */
  text(value: string): void {
    const at = this.#take(Buffer.byteLength(value, this.#encoding))
    this.#bytes.write(value, at, this.#encoding)
  }

  /** Undefined is NULL. */
  string(value: string | undefined): void {
    if (value?.includes('\0')) throw new RangeError('A string for an archive has a NUL character.')
    this.int(value === undefined ? -1 : Buffer.byteLength(value, this.#encoding))
    if (value !== undefined) this.text(value)
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Room for so many bytes; answers where it is. */
  #take(length: number): number {
    const at = this.#length
    const needed = at + length
    if (needed > this.#maxBytes) {
      throw new ArchiveError(
        'REFUSED.TOC_SIZE',
        `The archive's table of contents would have more than ${this.#maxBytes} bytes.`,
        { hint: 'write fewer objects into one archive, or a plain dump, which has no table of contents' },
      )
    }
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, this.#bytes.length * 2), this.#maxBytes))
      larger.set(this.bytes())
      this.#bytes = larger
    }
    this.#length = needed
    return at
  }
}

/** A sign byte and the absolute value, little-endian. */
export function intBytes(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(1 + size)
  putInt(bytes, 0, value, size)
  return bytes
}

function putInt(bytes: Buffer, at: number, value: number, size: number): void {
  let rest = Math.abs(value)
  bytes[at] = value < 0 ? 1 : 0
  for (let byte = 1; byte <= size; byte++, rest = Math.floor(rest / 256)) bytes[at + byte] = rest % 256
  if (rest > 0) throw new RangeError(`${value} does not fit into an integer of ${size} bytes.`)
}
