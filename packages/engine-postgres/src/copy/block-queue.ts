/** Blocks between a connection that receives them and whoever reads them; the reader's pace is the connection's. */
export class BlockQueue implements AsyncIterableIterator<Buffer, undefined> {
  readonly #limitBytes: number
  readonly #onRoom: () => void
  readonly #blocks: Buffer[] = []
  #bytes = 0
  #isFull = false
  #outcome: 'open' | 'ended' | { readonly error: unknown } = 'open'
  #waiting: { resolve(result: IteratorResult<Buffer, undefined>): void; reject(error: unknown): void } | undefined

  /** `onRoom` is called when a queue that was full has room again. */
  constructor(limitBytes: number, onRoom: () => void) {
    this.#limitBytes = limitBytes
    this.#onRoom = onRoom
  }

  /** Answers whether there is room for more. */
  push(block: Buffer): boolean {
    if (block.length > 0 && this.#outcome === 'open') {
      this.#blocks.push(block)
      this.#bytes += block.length
      this.#serve()
    }
    this.#isFull = this.#bytes >= this.#limitBytes
    return !this.#isFull
  }

  end(): void {
    if (this.#outcome === 'open') this.#outcome = 'ended'
    this.#serve()
  }

  /** What was not read yet is dropped: it is part of something that will not be whole. */
  fail(error: unknown): void {
    this.#outcome = { error }
    this.#blocks.length = 0
    this.#serve()
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#serve()
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #serve(): void {
    const waiting = this.#waiting
    if (!waiting) return
    const block = this.#blocks.shift()
    if (!block && this.#outcome === 'open') return
    this.#waiting = undefined
    if (block) {
      this.#bytes -= block.length
      waiting.resolve({ value: block, done: false })
      if (this.#isFull && this.#bytes < this.#limitBytes) {
        this.#isFull = false
        this.#onRoom()
      }
    } else if (typeof this.#outcome === 'object') waiting.reject(this.#outcome.error)
    else waiting.resolve({ value: undefined, done: true })
  }
}
