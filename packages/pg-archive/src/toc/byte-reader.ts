import { ArchiveError, type ArchiveErrorCode } from '../archive-error.ts'

/** How strings of an archive become JavaScript strings: strict UTF-8, or one character per byte. */
export type StringDecoding = 'utf8' | 'latin1'

/**
 * Reads the primitives of archives: bytes, integers with a sign byte, strings with a length. Never allocates by what a length says.
 * Offsets are those in the archive.
 */
export class ByteReader {
  /** The entry that is being read, for error messages. */
  entry: number | undefined
  readonly #bytes: Buffer
  /** Where the bytes begin in the archive. */
  readonly #base: number
  readonly #decode: (from: number, to: number) => string
  /** Of the next byte, within these. */
  #at = 0
  #intSize = 4

  constructor(bytes: Uint8Array, decoding: StringDecoding, base = 0) {
    this.#base = base
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    // A byte order mark belongs to the value, as in PostgreSQL.
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    this.#decode =
      decoding === 'utf8'
        ? (from, to) => strict.decode(this.#bytes.subarray(from, to))
        : (from, to) => this.#bytes.toString('latin1', from, to)
  }

  get offset(): number {
    return this.#base + this.#at
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  /** Bytes of an integer, as the header says; 1 to 8. */
  set intSize(size: number) {
    this.#intSize = size
  }

  byte(what: string): number {
    this.#need(1, what, this.offset)
    return this.#bytes.readUInt8(this.#at++)
  }

  int(what: string): number {
    const start = this.#at
    const size = this.#intSize
    this.#need(1 + size, what, this.offset)
    const sign = this.#bytes.readUInt8(start)
    if (sign > 1) throw this.corrupt(what, this.offset)
    let value = 0
    for (let at = start + size; at > start; at--) value = value * 256 + this.#bytes.readUInt8(at)
    if (!Number.isSafeInteger(value)) throw this.corrupt(what, this.offset)
    this.#at = start + 1 + size
    // `0 - value`, so that a negative zero reads as plain zero.
    return sign === 1 ? 0 - value : value
  }

  /** A little-endian offset of `size` bytes. */
  fileOffset(size: number, what: string): bigint {
    this.#need(size, what, this.offset)
    let value = 0n
    for (let at = this.#at + size - 1; at >= this.#at; at--) {
      value = (value << 8n) | BigInt(this.#bytes.readUInt8(at))
    }
    this.#at += size
    return value
  }

  /** A string, or undefined for NULL, which is written as the length -1. */
  string(what: string): string | undefined {
    const start = this.offset
    const length = this.int(what)
    if (length === -1) return undefined
    if (length < 0) throw this.corrupt(what, start)
    this.#need(length, what, start)
    const from = this.#at
    this.#at += length
    let value: string
    try {
      value = this.#decode(from, this.#at)
    } catch {
      throw this.error(
        'ARCHIVE.CORRUPT',
        `is no valid UTF-8: ${what}`,
        start,
        "Read the archive with decode: 'latin1' to keep every byte.",
      )
    }
    // C's strings, PostgreSQL's among them, end there.
    if (value.includes('\0')) throw this.corrupt(what, start)
    return value
  }

  /** Whether these characters come next, which are passed then. */
  pass(text: string): boolean {
    if (this.#bytes.toString('latin1', this.#at, this.#at + text.length) !== text) return false
    this.#at += text.length
    return true
  }

  corrupt(what: string, offset: number): ArchiveError {
    return this.error('ARCHIVE.CORRUPT', `holds a value that pg_dump never writes: ${what}`, offset)
  }

  error(code: ArchiveErrorCode, problem: string, offset: number, hint?: string): ArchiveError {
    const entry = this.entry
    const place = entry === undefined ? `at offset ${offset}` : `in entry ${entry} at offset ${offset}`
    return new ArchiveError(code, `The archive ${problem} (${place})`, {
      meta: entry === undefined ? { offset } : { offset, entry },
      hint,
    })
  }

  #need(length: number, what: string, start: number): void {
    if (length <= this.remaining) return
    throw this.error(
      'ARCHIVE.TRUNCATED',
      `ends within: ${what}`,
      start,
      'Fetch the archive again, or restore another backup.',
    )
  }
}
