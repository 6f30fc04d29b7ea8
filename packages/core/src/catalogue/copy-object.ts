import type { Exporter } from '../contracts/exporter.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { checked } from '../destination/checked.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'

/** One object and how it is copied. */
export interface ObjectCopy {
  readonly from: Exporter
  readonly to: Exporter
  /** As the manifest knows it. */
  readonly here: HashedObject
  /** Its key there. */
  readonly key: string
  /** What lies there under that key. */
  readonly sizeThere: number | undefined
  /** Other bytes that lie there may be replaced. */
  readonly overwrite: boolean
  readonly signal: AbortSignal
  /** Hears of bytes as they pass. */
  onBytes(bytes: number): void
}

/**
 * Streams an object, its hash checked as it passes, so that nothing damaged arrives under a name. What lies there with the right
 * size is read there, and left as it is if it is the same. Answers the bytes that were sent.
 */
export async function copyObject(copy: ObjectCopy): Promise<number> {
  const { from, to, here, key, sizeThere, overwrite, signal, onBytes } = copy
  if (sizeThere === here.sizeBytes && (await isWhole(to, { ...here, key }, signal))) {
    onBytes(here.sizeBytes)
    return 0
  }
  const body = counted(checked(from.read(here.key, { signal }), here), onBytes)
  const stored = await to.write(key, body, { signal, overwrite: overwrite && sizeThere !== undefined })
  if (stored.sizeBytes === here.sizeBytes) return here.sizeBytes
  const message = `${key} has ${stored.sizeBytes} bytes at its destination, ${here.sizeBytes} were sent.`
  throw new PgarkError('DESTINATION.SIZE', message)
}

/** Reads an object and throws `DAMAGE.*` where it is not what it should be. */
export async function readWhole(from: Exporter, expected: HashedObject, signal: AbortSignal): Promise<void> {
  const body: AsyncIterable<Uint8Array & Partial<Disposable>> = checked(from.read(expected.key, { signal }), expected)
  for await (const chunk of body) chunk[Symbol.dispose]?.()
}

async function isWhole(at: Exporter, expected: HashedObject, signal: AbortSignal): Promise<boolean> {
  try {
    await readWhole(at, expected, signal)
    return true
  } catch (error) {
    if (isPgarkError(error) && error.code.startsWith('DAMAGE.')) return false
    throw error
  }
}

async function* counted(body: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    // Who takes it may hand it back, and then it is another one's.
    const { byteLength } = chunk
    yield chunk
    onBytes(byteLength)
  }
}
