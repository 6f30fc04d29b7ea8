import assert from 'node:assert/strict'
import type { Exporter, ListOptions, ReadOptions } from '../contracts/exporter.ts'
import { isPgarkError } from '../errors/pgark-error.ts'

/** An object's bytes, its chunks handed back one by one. */
export async function read(exporter: Exporter, key: string, options?: ReadOptions): Promise<Buffer> {
  const copies: Buffer[] = []
  for await (const chunk of exporter.read(key, options)) {
    copies.push(Buffer.from(chunk))
    ;(chunk as Partial<Disposable>)[Symbol.dispose]?.()
  }
  return Buffer.concat(copies)
}

/** Keys, and folded prefixes, in order: that of a listing is not promised. */
export async function listed(exporter: Exporter, prefix: string, options?: ListOptions): Promise<string[]> {
  const found: string[] = []
  for await (const each of exporter.list(prefix, options)) found.push('key' in each ? each.key : each.prefix)
  return found.sort()
}

export async function assertHolds(exporter: Exporter, key: string, expected: Uint8Array): Promise<void> {
  assertBytes(await read(exporter, key), expected, key)
  assert.equal((await exporter.stat(key))?.sizeBytes, expected.length, `the size that stat tells of ${key}`)
  assert.deepEqual(await listed(exporter, key), [key])
}

/** Tells where bytes differ: a failure that prints megabytes helps no one. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(actual, expected) === 0) return
  const at = expected.findIndex((byte, index) => byte !== actual[index])
  const where = at === -1 ? 'has more than was expected' : `differs from byte ${at} on`
  assert.fail(`${what} ${where}: ${actual.length} bytes, expected ${expected.length}`)
}

/** There is nothing under the key, whichever way one asks. */
export async function assertAbsent(exporter: Exporter, key: string): Promise<void> {
  assert.equal(await exporter.stat(key), undefined, `stat of ${key}, which should not be there`)
  assert.deepEqual(await listed(exporter, key), [], `list of ${key}, which should not be there`)
  await assertCode(read(exporter, key), 'DESTINATION.NOT_FOUND')
}

/** Rejects with an error of pgark that has one of these codes. */
export async function assertCode(call: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  const error = await rejection(call)
  assert(isPgarkError(error), `Expected an error with a code (${codes.join(', ')}), got: ${error}`)
  assert(codes.includes(error.code), `Expected ${codes.join(' or ')}, got ${error.code}: ${error.message}`)
}

/** What a call rejects with; one that resolves is a failure. */
export async function rejection(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  assert(outcome, 'Expected the call to reject, it resolved')
  return outcome.error
}
