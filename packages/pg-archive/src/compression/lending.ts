type Lent = Uint8Array & Partial<Disposable>

/** Hands a chunk that was lent back to its maker, once, when its bytes are not needed any more. */
export function handBack(chunk: Lent): void {
  chunk[Symbol.dispose]?.()
}

/**
 * A buffer whose memory is freed when it is disposed of. The garbage collector, which sees little of what buffers take, would let
 * tens of MB of them pile up.
 */
export function freed(buffer: Buffer): Buffer {
  return lent(buffer, () => free(buffer.buffer))
}

/** Chunks as one, which is lent in their place. */
export function joined(chunks: readonly Lent[]): Lent {
  const [only] = chunks
  if (only && chunks.length === 1) return only
  const whole = Buffer.concat(chunks)
  for (const chunk of chunks) handBack(chunk)
  // What is short shares its memory with others.
  return whole.length === whole.buffer.byteLength ? freed(whole) : whole
}

/**
 * Lends what a zlib stream makes. It fills one buffer of `chunkSize` after another, in parts; a buffer is freed when its last part
 * has come and all of them are back.
 */
export class ZlibLending {
  readonly #chunkSize: number
  #filling: { readonly memory: ArrayBufferLike; lent: number; isFull: boolean } | undefined

  constructor(chunkSize: number) {
    this.#chunkSize = chunkSize
  }

  lend(part: Buffer): Buffer {
    const memory = part.buffer
    // Put together of several by the stream, for itself alone; never the memory that small buffers share.
    if (memory.byteLength !== this.#chunkSize) return part.length === memory.byteLength ? freed(part) : part
    if (this.#filling?.memory !== memory) this.#filling = { memory, lent: 0, isFull: false }
    const filling = this.#filling
    filling.lent++
    filling.isFull ||= part.byteOffset + part.length === this.#chunkSize
    return lent(part, () => {
      filling.lent--
      if (filling.isFull && filling.lent === 0) free(memory)
    })
  }
}

const lent = (buffer: Buffer, back: () => void): Buffer => Object.assign(buffer, { [Symbol.dispose]: back })

const free = (memory: ArrayBufferLike) => void (memory as ArrayBuffer).transfer(0)
