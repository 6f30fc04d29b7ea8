import { PgarkError } from '../errors/pgark-error.ts'

/** Manifests and contents of the largest databases stay far below this; what is larger is not one of ours. */
const limitBytes = 256 * 1024 * 1024

/** A small object as one piece. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > limitBytes)
      throw new PgarkError('DAMAGE.MANIFEST', `A manifest or its contents is larger than ${limitBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
