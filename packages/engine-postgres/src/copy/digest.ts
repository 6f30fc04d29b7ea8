import type { KernelInstance } from './kernel-instance.ts'

/** The digest of no rows: docs/digest.md. */
export const noRows = '0'.repeat(32)

/** The digest of the rows of both. */
export const addDigests = (a: string, b: string) => combine(a, b, (x, y) => x + y)

/** The digest of the rows of `all` without those of `some`. */
export const subtractDigests = (all: string, some: string) => combine(all, some, (x, y) => x - y)

/** Of what a kernel was given since it was reset. */
export const digestOf = (kernel: KernelInstance) => hex(kernel.digestHigh()) + hex(kernel.digestLow())

function combine(a: string, b: string, operation: (x: bigint, y: bigint) => bigint): string {
  const half = (from: number) =>
    hex(operation(BigInt(`0x${a.slice(from, from + 16)}`), BigInt(`0x${b.slice(from, from + 16)}`)))
  return half(0) + half(16)
}

const hex = (sum: bigint) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')
