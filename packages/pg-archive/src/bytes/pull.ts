import { ArchiveError } from '../archive-error.ts'

const nothing = Buffer.alloc(0)
const hint = 'Fetch it again, or use another copy.'

/**
 * Takes exact numbers of bytes out of a stream, whatever its chunks are. Holds one chunk of the source, and beyond it only what is
 * being taken. Bytes are views of the source's chunks where they lie in one. Not for several readers at once.
 */
export class Pull {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #subject: string
  #chunk: Buffer = nothing
  #at = 0
  /** Where `#chunk` begins in the stream. */
  #chunkOffset = 0
  #isEnded = false

  /** `subject` is what errors call the stream: `archive`, `lz4 data`. */
  constructor(source: AsyncIterable<Uint8Array>, subject = 'archive') {
    this.#source = source[Symbol.asyncIterator]()
    this.#subject = subject
  }

  /** How many bytes were taken or skipped. */
  get offset(): number {
    return this.#chunkOffset + this.#at
  }

  /** Whether nothing follows. */
  async atEnd(): Promise<boolean> {
    return this.#at === this.#chunk.length && !(await this.#more())
  }

  /** Exactly `length` bytes, held in memory: check a length that the input tells before. Throws `ARCHIVE.TRUNCATED` when it ends within `what`. */
  async take(length: number, what: string): Promise<Buffer> {
    const start = this.offset
    let part = await this.takeUpTo(length)
    if (part.length === length) return part
    const parts: Buffer[] = []
    for (let taken = 0; ; part = await this.takeUpTo(length - taken)) {
      if (part.length === 0) throw this.#truncated(what, start)
      // Copied: what a source lends is its own again when the next chunk is asked for.
      parts.push(Buffer.from(part))
      taken += part.length
      if (taken === length) return Buffer.concat(parts, length)
    }
  }

  /** At least one byte and at most `length`, what is at hand, without copying; none at the end, or when none are asked for. */
  async takeUpTo(length: number): Promise<Buffer> {
    if (length === 0 || (await this.atEnd())) return nothing
    const part = this.#chunk.subarray(this.#at, Math.min(this.#chunk.length, this.#at + length))
    this.#at += part.length
    return part
  }

  /** What can be had without waiting, none of it taken yet; `pass()` takes as much of it as was used. */
  get atHand(): Buffer {
    return this.#chunk.subarray(this.#at)
  }

  /** Takes the first `length` bytes of what is at hand. */
  pass(length: number): void {
    this.#at += length
  }

  /** Exactly `length` bytes as a stream, without copying; `what` as for `take()`. */
  async *stream(length: number, what: string): AsyncGenerator<Buffer> {
    const start = this.offset
    for (let left = length; left > 0; ) {
      const part = await this.takeUpTo(left)
      if (part.length === 0) throw this.#truncated(what, start)
      left -= part.length
      yield part
    }
  }

  /** Passes over exactly `length` bytes; `what` as for `take()`. */
  async skip(length: number, what: string): Promise<void> {
    for await (const _ of this.stream(length, what));
  }

  /** Lets the source release what it holds. */
  async close(): Promise<void> {
    this.#isEnded = true
    await this.#source.return?.()
  }

  /** Goes on to the next chunk that is not empty. */
  async #more(): Promise<boolean> {
    if (this.#isEnded) return false
    this.#chunkOffset += this.#chunk.length
    this.#chunk = nothing
    this.#at = 0
    do {
      const next = await this.#source.next()
      if (next.done) {
        this.#isEnded = true
        return false
      }
      this.#chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    } while (this.#chunk.length === 0)
    return true
  }

  #truncated(what: string, start: number): ArchiveError {
    return new ArchiveError('ARCHIVE.TRUNCATED', `The ${this.#subject} ends within: ${what} (at offset ${start})`, {
      meta: { offset: start },
      hint,
    })
  }
}
