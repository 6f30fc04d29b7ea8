import { kernelCode } from './kernel-code.ts'

/** The part of it that is used: Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: object }
}
type WasmModule = { readonly wasmModule: unique symbol }

/** What kernel/copy-kernel.ts exports. */
export interface KernelInstance {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly inputBytes: { readonly value: number }
  readonly outputBytes: { readonly value: number }
  inputAt(): number
  outputAt(): number
  filled(): number
  rows(): number
  digestLow(): bigint
  digestHigh(): bigint
  clear(): void
  reset(): void
  feed(from: number, to: number): number
  takeText(length: number): void
  takePart(length: number): void
  endItem(): void
}

let compiled: WasmModule | undefined

/** A kernel with memory of its own, which never grows: sockets read into it. */
export function newKernel(): KernelInstance {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelCode, 'base64'))
  return new WebAssembly.Instance(compiled).exports as KernelInstance
}

/** Where its input goes. */
export const inputOf = ({ memory, inputAt, inputBytes }: KernelInstance) =>
  Buffer.from(memory.buffer, inputAt(), inputBytes.value)
