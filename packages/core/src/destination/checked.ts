import { createHash } from 'node:crypto'
import type { HashedObject } from '../contracts/objects.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'

/** Passes the bytes on and throws at their end when they are not those that were stored. */
export async function* checked(body: AsyncIterable<Uint8Array>, expected: HashedObject): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const chunk of body) {
      hash.update(chunk)
      sizeBytes += chunk.byteLength
      yield chunk
    }
  } catch (error) {
    if (!isPgarkError(error) || error.code !== 'DESTINATION.NOT_FOUND') throw error
    throw missing(expected.key, error)
  }
  checkSize(sizeBytes, expected)
  if (hash.digest('hex') !== expected.sha256) {
    throw new PgarkError(
      'DAMAGE.HASH',
      `${expected.key} is not what was stored: its sha256 differs from the manifest's.`,
      { hint: damagedHint },
    )
  }
}

const damagedHint = 'it was damaged or replaced after the backup; use another copy'

/** Throws `DAMAGE.SIZE` where an object has another size than what was stored. */
export function checkSize(sizeBytes: number, expected: HashedObject): void {
  if (sizeBytes === expected.sizeBytes) return
  throw new PgarkError(
    'DAMAGE.SIZE',
    `${expected.key} has ${sizeBytes} bytes, its manifest says ${expected.sizeBytes}.`,
    { hint: damagedHint },
  )
}

/** The error for an object of a backup that is not there. */
export const missing = (key: string, cause?: unknown) =>
  new PgarkError('DAMAGE.MISSING', `${key} is missing: the backup's manifest names it.`, {
    hint: 'use another copy',
    cause,
  })
