/** A message of the PostgreSQL protocol whose last byte was seen. */
export interface ScannedMessage {
  /** The message's type byte. */
  readonly type: number
  /** Offset behind the message, in the chunk that was scanned. */
  readonly end: number
}

const HEADER_BYTES = 5

/**
 * Finds where messages end in a byte stream that is cut anywhere. Looks at headers only (a type byte, then a length that counts
 * itself), so that bodies are never copied: the cost is per message, not per byte.
 */
export class MessageScanner {
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerLength = 0
  #bodyLeft = 0

  /** The messages that end in this chunk, in order. */
  scan(chunk: Uint8Array): ScannedMessage[] {
    const found: ScannedMessage[] = []
    let offset = 0
    while (offset < chunk.length) {
      if (this.#headerLength < HEADER_BYTES) {
        const taken = chunk.subarray(offset, offset + HEADER_BYTES - this.#headerLength)
        this.#header.set(taken, this.#headerLength)
        this.#headerLength += taken.length
        offset += taken.length
        if (this.#headerLength < HEADER_BYTES) break
        this.#bodyLeft = this.#header.readInt32BE(1) - 4
        if (this.#bodyLeft < 0) throw new Error('a message of the PostgreSQL protocol has an impossible length')
      }
      const step = Math.min(this.#bodyLeft, chunk.length - offset)
      this.#bodyLeft -= step
      offset += step
      if (this.#bodyLeft > 0) break
      this.#headerLength = 0
      found.push({ type: this.#header.readUInt8(0), end: offset })
    }
    return found
  }
}

/** The message's type byte by its letter. */
export const messageType = (letter: string): number => letter.charCodeAt(0)

/** One message: type byte, length, body. Strings are written as they are; add the terminating NUL where the protocol has one. */
export function encodeMessage(letter: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(letter, 'latin1')
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

/** The bodies of all complete messages of that type in `bytes`. */
export function bodiesOf(letter: string, bytes: Uint8Array): Buffer[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let start = 0
  return new MessageScanner().scan(all).flatMap(({ type, end }) => {
    const body = all.subarray(start + HEADER_BYTES, end)
    start = end
    return type === messageType(letter) ? [body] : []
  })
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The pieces in one array that owns its memory, so that it can be transferred to another thread. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    all.set(piece, offset)
    offset += piece.length
  }
  return all
}
