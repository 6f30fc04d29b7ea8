import type { Fault, When } from '@pgark/test-servers'
import { expect, test } from 'vitest'
import { bodyOf, bytesOf } from './support/bytes.ts'
import { emulatedBucket, unit } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()
const bytes = bytesOf(3 * unit + 4711)
const isFinal: When = (request) => request.isFinal

/** What happens to which request, and the code that it ends with. */
const ends: Record<string, readonly [When, Fault, times: number, code: string]> = {
  'a server that answers nothing but 503 to chunks': ['chunk', { status: 503 }, 100, 'DESTINATION.UNAVAILABLE'],
  'a server that keeps nothing': ['chunk', { keepAtMost: 0 }, 100, 'DESTINATION.UNAVAILABLE'],
  'a server that never answers': ['chunk', 'stall', 100, 'DESTINATION.UNAVAILABLE'],
  'a server that cannot be begun with': ['start', { status: 500 }, 100, 'DESTINATION.UNAVAILABLE'],
  'bytes that change on the way': ['chunk', 'corrupt-request', 1, 'DESTINATION.CHECKSUM'],
  'an object that is stored with another checksum': [isFinal, 'wrong-checksum', 1, 'DESTINATION.CHECKSUM'],
  'an upload that the server has forgotten': [isFinal, 'forget-uploads', 1, 'DESTINATION.CHANGED'],
  'a request that is refused': ['chunk', { status: 400, reason: 'invalid' }, 1, 'DESTINATION.SERVER'],
}

for (const [name, [when, fault, times, code]] of Object.entries(ends)) {
  test(`an upload fails and leaves nothing: ${name}`, async () => {
    const { emulator } = bucket
    emulator.fail(when, fault, times)
    await expect(bucket.open({ timeoutMs: 200 }).write('x', bodyOf(bytes))).rejects.toMatchObject({ code })
    expect(bucket.stored()).toEqual({})
    expect(emulator.openUploads()).toEqual([])
  })
}

test('one attempt is one attempt', async () => {
  bucket.emulator.fail('chunk', { status: 503 }, 100)
  await expect(bucket.open({ maxAttempts: 1 }).write('x', bodyOf(bytes))).rejects.toMatchObject({ retryable: true })
  expect(bucket.requests('chunk')).toHaveLength(1)
  expect(bucket.requests('ask')).toHaveLength(0)
})

test('an error of the body is passed on, and the upload cancelled', async () => {
  async function* body() {
    yield bytes.subarray(0, 2 * unit)
    throw new RangeError('the database is gone')
  }
  await expect(bucket.open().write('x', body())).rejects.toThrow(new RangeError('the database is gone'))
  expect(bucket.requests('cancel')).toHaveLength(1)
  expect(bucket.emulator.openUploads()).toEqual([])
})

test('cancelling is tried again until the server has confirmed it', async () => {
  const { emulator } = bucket
  emulator.fail('chunk', { status: 400 })
  emulator.fail('cancel', { status: 503 }, 2)
  await expect(bucket.open().write('x', bodyOf(bytes))).rejects.toMatchObject({ code: 'DESTINATION.SERVER' })
  expect(bucket.requests('cancel')).toHaveLength(3)
  expect(emulator.openUploads()).toEqual([])
})

const reason = new Error('changed my mind')

test('an abort ends a write whose body has nothing to give', async () => {
  const { emulator } = bucket
  const abort = new AbortController()
  async function* body() {
    yield bytes.subarray(0, unit)
    await new Promise(() => {})
  }
  const sent = emulator.met('chunk')
  const written = bucket.open().write('x', body(), { signal: abort.signal })
  await sent
  abort.abort(reason)
  await expect(written).rejects.toBe(reason)
  expect(emulator.openUploads()).toEqual([])
})

test('an abort ends a write that waits for an answer', async () => {
  const { emulator } = bucket
  const abort = new AbortController()
  emulator.fail('chunk', 'stall')
  const stalled = emulator.met('chunk')
  const written = bucket.open().write('x', bodyOf(bytes), { signal: abort.signal })
  await stalled
  abort.abort(reason)
  await expect(written).rejects.toBe(reason)
  expect(emulator.openUploads()).toEqual([])
})

test('an abort ends a write that waits to try again', async () => {
  const { emulator } = bucket
  const abort = new AbortController()
  emulator.fail('chunk', { status: 503 })
  const refused = emulator.met('chunk')
  const written = bucket.open({ retryDelayMs: 32_000 }).write('x', bodyOf(bytes), { signal: abort.signal })
  await refused
  abort.abort(reason)
  await expect(written).rejects.toBe(reason)
  expect(emulator.openUploads()).toEqual([])
})

test('an object that was stored unheard is removed when the write is aborted', async () => {
  const { emulator } = bucket
  const abort = new AbortController()
  emulator.fail(isFinal, 'withhold-answer')
  const stored = emulator.met(isFinal)
  const written = bucket.open().write('x', bodyOf(bytes), { signal: abort.signal })
  await stored
  expect(Object.keys(bucket.stored())).toEqual(['x'])
  abort.abort(reason)
  await expect(written).rejects.toBe(reason)
  expect(bucket.stored()).toEqual({})
})

test('one that has replaced another unheard stays, for the other is gone', async () => {
  const { emulator } = bucket
  const to = bucket.open()
  await to.write('x', bodyOf(bytesOf(10)))
  const abort = new AbortController()
  emulator.fail(isFinal, 'withhold-answer')
  const stored = emulator.met(isFinal)
  const written = to.write('x', bodyOf(bytes), { signal: abort.signal, overwrite: true })
  await stored
  abort.abort(reason)
  expect(await written).toEqual({ key: 'x', sizeBytes: bytes.length })
  expect(bucket.stored().x?.equals(bytes)).toBe(true)
})

test('a name that is taken is refused before anything of the body is read', async () => {
  const to = bucket.open()
  await to.write('x', bodyOf(bytesOf(10)))
  let isRead = false
  async function* body() {
    isRead = true
    yield bytes
  }
  await expect(to.write('x', body())).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
  expect(isRead).toBe(false)
  expect(bucket.stored().x).toEqual(bytesOf(10))
})

test('of two that write one name at once the second is refused, and what the first stored stays', async () => {
  const to = bucket.open()
  async function* body() {
    yield bytes
    await to.write('x', bodyOf(bytesOf(10)))
  }
  await expect(to.write('x', body())).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
  expect(bucket.stored()).toEqual({ x: bytesOf(10) })
  expect(bucket.emulator.openUploads()).toEqual([])
})
