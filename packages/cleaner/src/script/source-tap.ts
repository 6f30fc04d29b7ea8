const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Keeps what a reader has taken from a source until it is taken from here, by its offset: what stands between the items that the reader finds. */
export class SourceTap {
  /** Offset of the first byte that was not taken. */
  position = 0
  #chunks: Buffer[] = []

  /** The source, watched. */
  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      yield chunk
    }
  }

  /** The bytes up to that offset, which the reader has passed. */
  take(offset: number): Buffer {
    let missing = offset - this.position
    const parts: Buffer[] = []
    while (missing > 0) {
      const first = this.#chunks.shift()
      if (first === undefined) break
      parts.push(first.subarray(0, missing))
      if (first.length > missing) this.#chunks.unshift(first.subarray(missing))
      missing -= first.length
    }
    this.position = offset
    const [only] = parts
    return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts)
  }

  /** psql does not pass it on. */
  takeByteOrderMark(): void {
    const [first] = this.#chunks
    const begin = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first
    if (begin?.subarray(0, byteOrderMark.length).equals(byteOrderMark)) this.take(byteOrderMark.length)
  }

  /** The rest of the line, with its end, as far as the reader has passed it. */
  takeLine(): Buffer {
    let length = 0
    for (const chunk of this.#chunks) {
      const end = chunk.indexOf('\n')
      if (end !== -1) return this.take(this.position + length + end + 1)
      length += chunk.length
    }
    return this.take(this.position + length)
  }

  /** Everything that is left. */
  takeRest(): Buffer {
    return this.take(this.position + this.#chunks.reduce((sum, { length }) => sum + length, 0))
  }
}
