import { type CleanOptions, cleanScript } from '../src/index.ts'

/** A script in chunks of so many bytes. */
export async function* inChunks(script: string | Uint8Array, bytes = 65_536): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(script)
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes)
}

/** What is left of a script, with one character for each byte. */
export async function cleaned(script: string, options?: CleanOptions, bytes?: number): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of cleanScript(inChunks(Buffer.from(script, 'latin1'), bytes), options)) parts.push(part)
  return Buffer.concat(parts).toString('latin1')
}
