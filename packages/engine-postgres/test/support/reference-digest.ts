import { createXXHash128 } from 'hash-wasm'

/** The digest by its definition (docs/digest.md), one row at a time, with another implementation of the hash. */
export async function referenceDigest(rows: readonly Uint8Array[]): Promise<string> {
  const hasher = await createXXHash128()
  let high = 0n
  let low = 0n
  for (const row of rows) {
    const hash = hasher.init().update(row).digest()
    high += BigInt(`0x${hash.slice(0, 16)}`)
    low += BigInt(`0x${hash.slice(16)}`)
  }
  return [high, low].map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('')
}
