import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { handBack, ZlibLending } from './lending.ts'

/** Bytes that zlib makes room for at a time. */
export const chunkSize = 128 * 1024

/**
 * A stream's bytes after a transformation by zlib, made with `chunkSize`. An error of either ends both; whoever stops reading early
 * stops the source. Chunks that are lent are handed back, and what it yields is lent.
 */
export async function* through(body: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const fed = pipeline(handingBack(body, transform), transform)
  // The same error reaches the reader through the transform; a reader that stopped early has no use for it.
  fed.catch(() => {})
  const lending = new ZlibLending(chunkSize)
  for await (const chunk of transform) yield lending.lend(chunk)
  await fed
}

async function* handingBack(body: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  let written: Uint8Array[] = []
  for await (const chunk of body) {
    // It may take several before it begins with the first.
    if (transform.writableLength === 0) {
      for (const each of written) handBack(each)
      written = []
    }
    yield chunk
    written.push(chunk)
  }
}
