/** Less than this is not worth a block of the pool. */
const smallBytes = 64 * 1024

/**
 * Blocks that are used again as soon as whoever read them disposes of them. Left to the garbage collector, which sees little of what
 * buffers take, tens of MB of them would pile up. A reader that never does gets new ones.
 */
export class BlockPool {
  readonly #blockBytes: number
  readonly #free: Buffer[] = []

  /** All blocks have room for `blockBytes`, so that each can take the place of any other. */
  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes
  }

  copyOf(bytes: Uint8Array): Buffer {
    if (bytes.length < smallBytes) return Buffer.from(bytes)
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#blockBytes)
    memory.set(bytes)
    return Object.assign(memory.subarray(0, bytes.length), { [Symbol.dispose]: () => void this.#free.push(memory) })
  }
}
