import type { ReadAhead } from './read-ahead.ts'

/** Blocks between a connection that receives them and whoever reads them; the reader's pace is the connection's. */
export class BlockQueue implements AsyncIterableIterator<Buffer, undefined> {
  readonly #readAhead: ReadAhead
  readonly #blocks: Buffer[] = []
  #outcome: 'open' | 'ended' | { readonly error: unknown } = 'open'
  #waiting: { resolve(result: IteratorResult<Buffer, undefined>): void; reject(error: unknown): void } | undefined

  /** What is in the queue counts as read ahead. */
  constructor(readAhead: ReadAhead) {
    this.#readAhead = readAhead
  }

  /** Answers whether there is room for more. */
  push(block: Buffer): boolean {
    if (block.length > 0 && this.#outcome === 'open') {
      this.#blocks.push(block)
      this.#readAhead.add(block.length)
      this.#serve()
    }
    return this.#readAhead.isRoom
  }

  end(): void {
    if (this.#outcome === 'open') this.#outcome = 'ended'
    this.#serve()
  }

  /** What was not read yet is dropped: it is part of something that will not be whole. */
  fail(error: unknown): void {
    this.#outcome = { error }
    for (const block of this.#blocks.splice(0)) this.#readAhead.take(block.length)
    this.#serve()
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    this.#readAhead.isBeingRead = true
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
      waiting.resolve({ value: block, done: false })
      this.#readAhead.take(block.length)
      return
    }
    this.#readAhead.isBeingRead = false
    if (typeof this.#outcome === 'object') waiting.reject(this.#outcome.error)
    else waiting.resolve({ value: undefined, done: true })
  }
}
