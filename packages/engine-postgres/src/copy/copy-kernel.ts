import { BlockPool } from './block-pool.ts'
import { digestOf } from './digest.ts'
import { inputOf, newKernel } from './kernel-instance.ts'

/** Text is handed on in blocks of about this size; the kernel has room for one more input. */
const blockBytes = 512 * 1024

/** Takes the text of one COPY TO STDOUT after another out of the bytes of a connection. */
export class CopyKernel {
  readonly #kernel = newKernel()
  /** Where a connection's bytes go before they are taken. */
  readonly input = inputOf(this.#kernel)
  /** What takes bytes that a socket has put into `input`; see `socketInto`. */
  onInput: ((length: number) => void) | undefined
  readonly #output: Buffer
  readonly #blocks: BlockPool

  constructor() {
    const { memory, outputBytes, outputAt } = this.#kernel
    this.#output = Buffer.from(memory.buffer, outputAt(), outputBytes.value)
    this.#blocks = new BlockPool(outputBytes.value)
  }

  /** Begins the answer to another COPY. */
  reset(): void {
    this.#kernel.reset()
  }

  /** Rows whose end has come. */
  get rows(): number {
    return this.#kernel.rows()
  }

  /** Of those rows. */
  get digest(): string {
    return digestOf(this.#kernel)
  }

  /**
   * Takes the input from `from` to `to`, as far as it is rows, and hands a full block of text to `onBlock`. Answers where it
   * stopped: at `to`, or at the first byte of another message. Throws a `WebAssembly.RuntimeError` for what is no message at all.
   */
  take(from: number, to: number, onBlock: (block: Buffer) => void): number {
    const end = this.#kernel.feed(from, to)
    if (this.#kernel.filled() >= blockBytes) onBlock(this.takeBlock())
    return end
  }

  /** The text gathered so far; the block is the caller's own, and comes back when it is released. */
  takeBlock(): Buffer {
    const block = this.#blocks.copyOf(this.#output.subarray(0, this.#kernel.filled()))
    this.#kernel.clear()
    return block
  }
}
