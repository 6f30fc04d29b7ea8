import { BlockPool } from './block-pool.ts'
import { kernelCode } from './kernel-code.ts'

/** The part of it that is used: Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: object }
}
type WasmModule = { readonly wasmModule: unique symbol }

/** What kernel/copy-kernel.ts exports. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly inputBytes: { readonly value: number }
  readonly outputBytes: { readonly value: number }
  inputAt(): number
  outputAt(): number
  filled(): number
  rows(): number
  clear(): void
  reset(): void
  feed(from: number, to: number): number
}

/** Text is handed on in blocks of about this size; the kernel has room for one more input. */
const blockBytes = 512 * 1024

let compiled: WasmModule | undefined

/** Takes the text of one COPY TO STDOUT after another out of the bytes of a connection. */
export class CopyKernel {
  /** Where a connection's bytes go before they are taken. */
  readonly input: Buffer
  /** What takes bytes that a socket has put into `input`; see `socketInto`. */
  onInput: ((length: number) => void) | undefined
  readonly #exports: KernelExports
  readonly #output: Buffer
  readonly #blocks: BlockPool

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelCode, 'base64'))
    this.#exports = new WebAssembly.Instance(compiled).exports as KernelExports
    const { memory, inputBytes, outputBytes, inputAt, outputAt } = this.#exports
    this.input = Buffer.from(memory.buffer, inputAt(), inputBytes.value)
    this.#output = Buffer.from(memory.buffer, outputAt(), outputBytes.value)
    this.#blocks = new BlockPool(outputBytes.value)
  }

  /** Begins the answer to another COPY. */
  reset(): void {
    this.#exports.reset()
  }

  /** Rows whose end has come. */
  get rows(): number {
    return this.#exports.rows()
  }

  /**
   * Takes the input from `from` to `to`, as far as it is rows, and hands a full block of text to `onBlock`. Answers where it
   * stopped: at `to`, or at the first byte of another message. Throws a `WebAssembly.RuntimeError` for what is no message at all.
   */
  take(from: number, to: number, onBlock: (block: Buffer) => void): number {
    const end = this.#exports.feed(from, to)
    if (this.#exports.filled() >= blockBytes) onBlock(this.takeBlock())
    return end
  }

  /** The text gathered so far; the block is the caller's own, and comes back when it is released. */
  takeBlock(): Buffer {
    const block = this.#blocks.copyOf(this.#output.subarray(0, this.#exports.filled()))
    this.#exports.clear()
    return block
  }
}
