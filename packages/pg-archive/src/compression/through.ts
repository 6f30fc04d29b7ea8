import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A stream's bytes after a transformation. An error of either ends both; whoever stops reading early stops the source. */
export async function* through(body: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const fed = pipeline(body, transform)
  // The same error reaches the reader through the transform; a reader that stopped early has no use for it.
  fed.catch(() => {})
  for await (const chunk of transform) yield chunk
  await fed
}
