import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { start, zeros } from './emulated-place.ts'
import { answers, choose, requests } from './faults.ts'
import { clientFor, partSizeBytes, unfinishedIn } from './place.ts'

describe('how many requests an object takes', () => {
  test('one that fits into a part: one, and looks before and after', async () => {
    const { place, proxy } = await start()
    await place.write('first', zeros(1000))
    const before = proxy.requests.length
    await place.write('x', zeros(partSizeBytes))
    expect(proxy.requests.slice(before).map(({ method }) => method)).toEqual(['HEAD', 'PUT', 'HEAD'])
  })

  test('a larger one: its parts, and nothing twice', async () => {
    const { place, sent } = await start()
    await place.write('x', zeros(3 * partSizeBytes + 1))
    expect({ begin: sent('begin'), part: sent('part'), complete: sent('complete'), put: sent('put') }).toEqual({
      begin: 1,
      part: 4,
      complete: 1,
      put: 0,
    })
  })

  test('only the part that failed is sent again', async () => {
    const { place, proxy, sent } = await start()
    choose(proxy, 'part', answers.busy, 2)
    await place.write('x', zeros(3 * partSizeBytes))
    expect(sent('part')).toBe(5)
  })
})

describe('the limit on parts', () => {
  test('a stream that would pass it at the first part size lands whole', async () => {
    const { place, sent } = await start({}, { maxParts: 10 })
    const sizeBytes = 15 * partSizeBytes
    expect(await place.write('x', zeros(sizeBytes))).toEqual({ key: 'x', sizeBytes })
    expect(sent('part')).toBeLessThanOrEqual(10)
    expect((await place.stat('x'))?.sizeBytes).toBe(sizeBytes)
  })

  test('what does not fit even so is DESTINATION.FULL, and leaves nothing', async () => {
    const { place, options } = await start({}, { maxParts: 2 })
    await expect(place.write('x', zeros(50 * partSizeBytes))).rejects.toMatchObject({ code: 'DESTINATION.FULL' })
    expect(await unfinishedIn(options)).toEqual([])
    expect(await place.stat('x')).toBeUndefined()
  })
})

describe.each([
  ['keeps conditions only for small objects', { conditions: 'put' }],
  ['knows no conditions', { conditions: 'refused' }],
] as const)('a server that %s', (_, emulated) => {
  test.each([1000, 2 * partSizeBytes])(
    'an object of %i bytes replaces none that came while it was written',
    async (size) => {
      const { place, options } = await start(emulated)
      async function* body() {
        yield* zeros(size)
        await place.write('x', zeros(5), { overwrite: true })
      }
      await expect(place.write('x', body())).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
      expect((await place.stat('x'))?.sizeBytes).toBe(5)
      expect(await unfinishedIn(options)).toEqual([])
      await place.write('y', zeros(size))
      expect((await place.stat('y'))?.sizeBytes).toBe(size)
    },
  )
})

test('ETags that are no digests, as with KMS, are no damage', async () => {
  const { place } = await start({ oddEtags: true })
  for (const size of [0, 1000, 2 * partSizeBytes]) {
    await place.write(`x${size}`, zeros(size))
    expect((await place.stat(`x${size}`))?.sizeBytes).toBe(size)
  }
})

test('an answer to a small object that gets lost is found out by looking, and nobody else is blamed', async () => {
  const { place, proxy, sent } = await start()
  choose(proxy, 'put', { kind: 'lost' })
  await place.write('x', zeros(1000))
  expect(sent('put')).toBe(1)
})

test('an upload that somebody else has ended is told as that', async () => {
  const { place, proxy } = await start()
  proxy.choose((request) =>
    requests.complete(request)
      ? { kind: 'answer', status: 404, body: '<Error><Code>NoSuchUpload</Code></Error>' }
      : undefined,
  )
  await expect(place.write('x', zeros(2 * partSizeBytes))).rejects.toMatchObject({ code: 'DESTINATION.CHANGED' })
})

test('an abort is not over before the server knows no more of the upload', async () => {
  const { place, proxy, options } = await start()
  choose(proxy, 'abort', answers.broken, 2)
  const controller = new AbortController()
  async function* body() {
    yield* zeros(3 * partSizeBytes)
    controller.abort(new Error('enough'))
  }
  await expect(place.write('x', body(), { signal: controller.signal })).rejects.toThrow('enough')
  expect(await unfinishedIn(options)).toEqual([])
})

test('an upload that cannot be ended is told, beside what failed', async () => {
  const { place, proxy } = await start({}, { maxAttempts: 2 })
  proxy.choose((request) => (requests.part(request) || requests.abort(request) ? answers.broken : undefined))
  await expect(place.write('x', zeros(2 * partSizeBytes))).rejects.toMatchObject({
    code: 'DESTINATION.UNAVAILABLE',
    hint: /could not be removed/,
  })
})

test('attributes are those of every object, small or large', async () => {
  const { place, options } = await start({}, { storageClass: 'STANDARD_IA' })
  for (const size of [10, 2 * partSizeBytes]) {
    await place.write(`x${size}`, zeros(size))
    const found = await clientFor(options).send(new HeadObjectCommand({ Bucket: 'shop', Key: `backups/x${size}` }))
    expect(found.StorageClass).toBe('STANDARD_IA')
  }
})
