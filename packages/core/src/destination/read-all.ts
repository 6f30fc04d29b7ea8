import { PgarkError } from '../errors/pgark-error.ts'

/** Manifests and contents of large databases stay far below this. What is larger is neither written nor read. */
const limitBytes = 256 * 1024 * 1024

/** A manifest or contents as they are stored. Throws `REFUSED.TOO_MANY_OBJECTS` for what `readAll` would not take back. */
export function metadataBytes(value: unknown, limit = limitBytes): Uint8Array {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
  if (bytes.byteLength <= limit) return bytes
  throw new PgarkError('REFUSED.TOO_MANY_OBJECTS', `What is known of the backup takes more than ${limit} bytes.`, {
    hint: 'a file (.dump, .sql.zst) has all tables and large objects in one object: choose it, or leave some out',
  })
}

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
