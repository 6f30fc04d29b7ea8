import { expect, test } from 'vitest'
import { bytesOf, gathered } from './support/bytes.ts'
import { emulatedBucket } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()
const bytes = bytesOf(300_000)

async function stored() {
  const to = bucket.open({ timeoutMs: 200 })
  await to.write('x', whole(bytes))
  return to
}

async function* whole(chunk: Uint8Array) {
  yield chunk
}

test('a read goes on where its connection broke, of the same generation', async () => {
  const from = await stored()
  bucket.emulator.fail('read', { cutAnswerAfter: 100_000 })
  bucket.emulator.fail('read', { status: 503 })
  bucket.emulator.fail('read', { stallAnswerAfter: 50_000 })
  expect((await gathered(from.read('x'))).equals(bytes)).toBe(true)
  const [first, ...others] = bucket.requests('read')
  expect([first?.headers.range, first?.query.get('generation')]).toEqual([undefined, null])
  expect(others.map(({ headers }) => headers.range)).toEqual(['bytes=100000-', 'bytes=100000-', 'bytes=150000-'])
  const { generation } = bucket.emulator.objects('backups').get('x')?.resource ?? {}
  expect(others.map(({ query }) => query.get('generation'))).toEqual([generation, generation, generation])
})

test('a range goes on as well, and no further than it was asked', async () => {
  const from = await stored()
  bucket.emulator.fail('read', { cutAnswerAfter: 1000 })
  const read = await gathered(from.read('x', { range: { start: 5, end: 200_000 } }))
  expect(read.equals(bytes.subarray(5, 200_000))).toBe(true)
  expect(bucket.requests('read').map(({ headers }) => headers.range)).toEqual(['bytes=5-199999', 'bytes=1005-199999'])
})

test('an object that is replaced amid a read is not mixed with the one before', async () => {
  const from = await stored()
  bucket.emulator.fail('read', { cutAnswerAfter: 100_000 })
  const read = async () => {
    for await (const _ of from.read('x')) await from.write('x', whole(bytes.subarray(1)), { overwrite: true })
  }
  await expect(read()).rejects.toMatchObject({ code: 'DESTINATION.CHANGED' })
})

test('a whole object is checked by its crc32c', async () => {
  const from = await stored()
  bucket.emulator.fail('read', 'corrupt-answer')
  await expect(gathered(from.read('x'))).rejects.toMatchObject({ code: 'DESTINATION.CHECKSUM' })
})

test('a server that does not come back fails the read', async () => {
  const from = await stored()
  bucket.emulator.fail('read', { cutAnswerAfter: 1000 })
  bucket.emulator.fail('read', { status: 503 }, 100)
  await expect(gathered(from.read('x'))).rejects.toMatchObject({ code: 'DESTINATION.UNAVAILABLE', retryable: true })
  expect(bucket.requests('read')).toHaveLength(4)
})

test('the time that a reader takes is not counted as silence of the server', async () => {
  const from = await stored()
  // Slow to drain: what the kernels hold of it is less than all of it.
  const large = bytesOf(20_000_000)
  await from.write('large', whole(large))
  const hurried = bucket.open({ timeoutMs: 200, maxAttempts: 1 })
  const reading = from.read('large')[Symbol.asyncIterator]()
  const first = await reading.next()
  // The same time limit runs out on somebody else meanwhile.
  bucket.emulator.fail('stat', 'stall')
  await expect(hurried.stat('x')).rejects.toMatchObject({ code: 'DESTINATION.UNAVAILABLE' })
  const rest = await gathered({ [Symbol.asyncIterator]: () => reading })
  expect(Buffer.concat([first.value, rest]).equals(large)).toBe(true)
  expect(bucket.requests('read')).toHaveLength(1)
})

test('an aborted read ends with the reason', async () => {
  const from = await stored()
  const abort = new AbortController()
  const reason = new Error('enough')
  bucket.emulator.fail('read', { stallAnswerAfter: 1000 })
  const read = async () => {
    for await (const _ of from.read('x', { signal: abort.signal })) abort.abort(reason)
  }
  await expect(read()).rejects.toBe(reason)
})

test('a reader that stops early leaves the exporter usable', async () => {
  const from = await stored()
  for await (const _ of from.read('x')) break
  expect((await gathered(from.read('x'))).equals(bytes)).toBe(true)
})
