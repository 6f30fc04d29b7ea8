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
  inputAt(): number
  outputAt(): number
  filled(): number
  rows(): number
  clear(): void
  reset(): void
  feed(length: number): number
}

/** Text is handed on in blocks of about this size; the kernel has room for one more piece of input. */
const blockBytes = 1024 * 1024

let compiled: WasmModule | undefined

/** Takes the text of one COPY TO STDOUT after another out of the bytes of a connection. */
export class CopyKernel {
  readonly #exports: KernelExports
  readonly #memory: Buffer
  readonly #input: number
  readonly #output: number
  readonly #inputBytes: number

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelCode, 'base64'))
    this.#exports = new WebAssembly.Instance(compiled).exports as KernelExports
    this.#memory = Buffer.from(this.#exports.memory.buffer)
    this.#input = this.#exports.inputAt()
    this.#output = this.#exports.outputAt()
    this.#inputBytes = this.#exports.inputBytes.value
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
   * Takes bytes from `from` on, as far as they are rows, and hands full blocks of text to `onBlock`. Answers where it stopped: at
   * the end, or at the first byte of another message. Throws a `WebAssembly.RuntimeError` for what is no message at all.
   */
  take(bytes: Uint8Array, from: number, onBlock: (block: Buffer) => void): number {
    let at = from
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + this.#inputBytes)
      this.#memory.set(piece, this.#input)
      const taken = this.#exports.feed(piece.length)
      at += taken
      if (this.#exports.filled() >= blockBytes) onBlock(this.takeBlock())
      if (taken < piece.length) break
    }
    return at
  }

  /** The text gathered so far; the block is the caller's own. */
  takeBlock(): Buffer {
    const block = Buffer.from(this.#memory.subarray(this.#output, this.#output + this.#exports.filled()))
    this.#exports.clear()
    return block
  }
}
