import { buffer } from 'node:stream/consumers'
import { type Fault, startFaultyHttpProxy, type When } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { bodyOf, bytesOf } from './support/bytes.ts'
import { emulatedBucket, unit } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()
/** Four chunks and a bit. */
const bytes = bytesOf(4 * unit + 4711)

/** What happens to which request, and how often. */
const troubles: Record<string, readonly (readonly [When, Fault, number?])[]> = {
  'a 503 for a chunk': [['chunk', { status: 503 }]],
  'three errors in a row': [
    ['chunk', { status: 500 }],
    ['ask', { status: 502 }],
    ['ask', { status: 408 }],
  ],
  'a 429 for the beginning': [['start', { status: 429, reason: 'rateLimitExceeded' }]],
  'throttling by a 403': [['chunk', { status: 403, reason: 'userRateLimitExceeded' }]],
  'connections that break amid a chunk': [['chunk', { cutRequestAfter: 100_000 }, 3]],
  'a connection that breaks before the first byte': [['chunk', { cutRequestAfter: 0 }]],
  'a server that falls silent': [['chunk', 'stall']],
  'an answer to a chunk that gets lost': [['chunk', 'lose-answer']],
  'an answer to the last chunk that gets lost': [[({ isFinal }) => isFinal, 'lose-answer']],
  'an answer to the last chunk that never comes': [[({ isFinal }) => isFinal, 'withhold-answer']],
  'a 500 for the last chunk, which was not stored': [[({ isFinal }) => isFinal, { status: 500 }]],
  'a chunk of which nothing is kept': [['chunk', { keepAtMost: 0 }, 3]],
  'a chunk of which some is kept, no whole unit': [['chunk', { keepAtMost: 100_000 }, 5]],
  'a server that has forgotten the upload before the first byte': [['chunk', 'forget-uploads']],
  'a lost answer to the last chunk, and a server that has forgotten the upload': [
    [({ isFinal }) => isFinal, 'lose-answer'],
    ['ask', 'forget-uploads'],
  ],
}

for (const [name, faults] of Object.entries(troubles)) {
  test(`an upload gets over ${name}`, async () => {
    const { emulator } = bucket
    for (const [when, fault, times] of faults) emulator.fail(when, fault, times)
    const to = bucket.open({ timeoutMs: 200 })
    expect(await to.write('shop/x', bodyOf(bytes))).toEqual({ key: 'shop/x', sizeBytes: bytes.length })
    expect(bucket.stored()['shop/x']?.equals(bytes)).toBe(true)
    expect(Object.keys(bucket.stored())).toEqual(['shop/x'])
    expect(emulator.openUploads()).toEqual([])
    expect(emulator.faultsLeft()).toBe(0)
  })
}

test('a connection on which little moves at a time is none that failed', async () => {
  const proxy = await startFaultyHttpProxy(bucket.emulator.url)
  onTestFinished(() => proxy.stop())
  proxy.choose(({ method }) => ({ kind: 'slow', in: method === 'PUT' ? 'request' : 'answer', pieceBytes: 4096 }))
  const to = bucket.open({ apiEndpoint: proxy.url, maxAttempts: 1 })
  await to.write('x', bodyOf(bytes))
  expect((await buffer(to.read('x'))).equals(bytes)).toBe(true)
  expect(bucket.requests('ask')).toEqual([])
})

test('what is less than a unit at the end of a chunk goes with the next', async () => {
  const { emulator } = bucket
  emulator.fail('chunk', { keepAtMost: 100_000 })
  const to = bucket.open({ chunkSizeBytes: 2 * unit })
  await to.write('x', bodyOf(bytes))
  expect(bucket.requests('chunk').map(({ headers }) => headers['content-range'])).toEqual([
    'bytes 0-524287/*',
    'bytes 100000-362143/*',
    'bytes 362144-886431/*',
    'bytes 886432-1053286/1053287',
  ])
  expect(bucket.stored().x?.equals(bytes)).toBe(true)
})

test('after a broken connection the server is asked, and only what it lacks is sent again', async () => {
  const { emulator } = bucket
  emulator.fail('chunk', { cutRequestAfter: 600_000 })
  const to = bucket.open({ chunkSizeBytes: 4 * unit })
  await to.write('x', bodyOf(bytes))
  expect(bucket.requests('ask')).toHaveLength(1)
  expect(bucket.requests('chunk').map(({ headers }) => headers['content-range'])).toEqual([
    'bytes 0-1048575/*',
    `bytes ${2 * unit}-1048575/*`,
    'bytes 1048576-1053286/1053287',
  ])
})

test('attempts are counted anew when something got across', async () => {
  const { emulator } = bucket
  let chunks = 0
  // Every second chunk fails: more often in all than one request may.
  emulator.fail(({ operation }) => operation === 'chunk' && ++chunks % 2 === 1, { status: 503 }, 100)
  await bucket.open({ maxAttempts: 2 }).write('x', bodyOf(bytes))
  expect(bucket.stored().x?.equals(bytes)).toBe(true)
})

test('an access token that expires amid an upload is renewed', async () => {
  const { access } = bucket.emulator
  access.tokens.add('first')
  const tokens = ['first', 'second']
  const to = bucket.open({ accessToken: async () => tokens.shift() ?? 'none is left' })
  async function* body() {
    yield bytes.subarray(0, 2 * unit)
    access.tokens.delete('first')
    access.tokens.add('second')
    yield bytes.subarray(2 * unit)
  }
  await to.write('x', body())
  expect(bucket.stored().x?.equals(bytes)).toBe(true)
  expect(tokens).toEqual([])
})
