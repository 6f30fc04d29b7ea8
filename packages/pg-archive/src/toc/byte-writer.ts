import type { StringDecoding } from './byte-reader.ts'

/** Writes the primitives of archives, as `ByteReader` reads them. */
export class ByteWriter {
  readonly #parts: Buffer[] = []
  readonly #encoding: StringDecoding
  readonly #intSize: number

  constructor(intSize: number, encoding: StringDecoding) {
    this.#intSize = intSize
    this.#encoding = encoding
  }

  raw(bytes: Uint8Array): void {
    this.#parts.push(Buffer.from(bytes))
  }

  byte(value: number): void {
    this.#parts.push(Buffer.from([value]))
  }

  int(value: number): void {
    this.#parts.push(intBytes(value, this.#intSize))
  }

  fileOffset(value: bigint, size: number): void {
    const bytes = Buffer.alloc(size)
    for (let at = 0, rest = value; at < size; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
    this.#parts.push(bytes)
  }

  /** Undefined is NULL. */
  string(value: string | undefined): void {
    if (value === undefined) return this.int(-1)
    const bytes = Buffer.from(value, this.#encoding)
    this.int(bytes.length)
    this.#parts.push(bytes)
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/** A sign byte and the absolute value, little-endian. */
export function intBytes(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(1 + size)
  bytes[0] = value < 0 ? 1 : 0
  for (let at = 1, rest = Math.abs(value); at <= size; at++, rest = Math.floor(rest / 256)) bytes[at] = rest % 256
  return bytes
}
