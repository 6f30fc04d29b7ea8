/** Less than this is not worth a block of the pool. */
const smallBytes = 64 * 1024

/**
 * Blocks that are used again as soon as whoever read them disposes of them. Left to the garbage collector, which sees little of what
 * buffers take, tens of MB of them would pile up. A reader that never does gets new ones.
 */
export class BlockPool {
  readonly #free: Buffer[] = []

  copyOf(bytes: Uint8Array): Buffer {
    if (bytes.length < smallBytes) return Buffer.from(bytes)
    let memory = this.#free.pop()
    if (!memory || memory.length < bytes.length) memory = Buffer.allocUnsafeSlow(bytes.length + smallBytes)
    memory.set(bytes)
    const whole = memory
    return Object.assign(memory.subarray(0, bytes.length), { [Symbol.dispose]: () => void this.#free.push(whole) })
  }
}
