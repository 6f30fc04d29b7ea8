import { CreateMultipartUploadCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { identityOf, incompleteRuns, prune } from '@pgark/core'
import { type S3EmulatorOptions, startFaultyHttpProxy, startS3Emulator } from '@pgark/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type S3Options, s3 } from '../src/index.ts'
import { answers, choose, requests } from './faults.ts'
import { clientFor, optionsFor, partSizeBytes, unfinishedIn, user } from './place.ts'
import { racingClient } from './racing-client.ts'

async function start(emulated: Partial<S3EmulatorOptions> = {}, more: Partial<S3Options> = {}) {
  const emulator = await startS3Emulator({ users: [user], buckets: ['shop'], ...emulated })
  const proxy = await startFaultyHttpProxy(emulator.endpoint)
  const options = optionsFor(proxy.url, 'shop', more)
  const place = s3(options)
  onTestFinished(async () => {
    await place.close()
    await proxy.stop()
    await emulator.stop()
  })
  const sent = (kind: keyof typeof requests) => proxy.requests.filter(requests[kind]).length
  return { place, proxy, options, sent }
}

async function allOf<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = []
  for await (const item of items ?? []) found.push(item)
  return found
}

async function* zeros(sizeBytes: number) {
  const chunk = Buffer.alloc(256 * 1024)
  for (let at = 0; at < sizeBytes; at += chunk.length) yield chunk.subarray(0, sizeBytes - at)
}

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

describe('an object that another writer replaced before the last look', () => {
  const headers = { 'content-length': '5', etag: '"e"', 'x-amz-meta-pgark-write': 'theirs' }
  const theirs = { kind: 'answer', status: 200, headers } as const

  test('was written, where objects may be replaced', async () => {
    const { place, proxy } = await start()
    choose(proxy, 'head', theirs)
    expect(await place.write('x', zeros(1000), { overwrite: true })).toEqual({ key: 'x', sizeBytes: 1000 })
  })

  test('was in the way otherwise, and is left alone', async () => {
    const { place, proxy } = await start()
    let isWritten = false
    proxy.choose((request) => {
      isWritten ||= requests.put(request)
      return isWritten && requests.head(request) ? theirs : undefined
    })
    await expect(place.write('x', zeros(1000))).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(proxy.requests.filter(({ method }) => method === 'POST' || method === 'DELETE')).toEqual([])
  })
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

describe('unfinished uploads', () => {
  test('are told while they are being made, as alive only by who makes them', async () => {
    const { place, options } = await start()
    const elsewhere = s3(options)
    const seen: unknown[] = []
    async function* body() {
      yield* zeros(3 * partSizeBytes)
      for (const each of [place, elsewhere]) seen.push(await allOf(each.unfinished?.('id/')))
    }
    await place.write('id/x', body())
    const told = { key: 'id/x', id: expect.any(String), writtenAt: expect.any(Date) }
    expect(seen).toEqual([[{ ...told, isAlive: true }], [told]])
    expect(await allOf(place.unfinished?.('id/'))).toEqual([])
    await elsewhere.close()
  })

  test('of others can be ended, also when they have gone meanwhile', async () => {
    const { place, options } = await start({ pageSize: 2 })
    const client = clientFor(options)
    for (const Key of ['backups/id/a', 'backups/id/b', 'backups/id/c', 'backups/other/d', 'elsewhere']) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'shop', Key }))
    }
    const found = await allOf(place.unfinished?.('id/'))
    expect(found.map(({ key }) => key)).toEqual(['id/a', 'id/b', 'id/c'])
    await place.abortUnfinished?.(found)
    await place.abortUnfinished?.(found)
    expect((await unfinishedIn(options)).sort()).toEqual(['backups/other/d', 'elsewhere'])
  })

  test('are found where the server lists none by the beginning of their keys', async () => {
    const { place, options } = await start({ listsUploadsByKey: true })
    const client = clientFor(options)
    for (const Key of ['backups/id/a', 'backups/id/b', 'backups/other/c', 'elsewhere']) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'shop', Key }))
    }
    expect((await allOf(place.unfinished?.('id/'))).map(({ key }) => key)).toEqual(['id/a', 'id/b'])
    expect((await allOf(place.unfinished?.('id/a'))).map(({ key }) => key)).toEqual(['id/a'])
    expect(await allOf(place.unfinished?.('nothing/'))).toEqual([])
  })

  test('of a whole bucket that may not be listed are not asked for in vain', async () => {
    const { place, proxy, sent } = await start()
    proxy.choose((request) =>
      requests.uploads(request) && !request.path.includes('prefix=')
        ? { kind: 'answer', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
        : undefined,
    )
    expect(await allOf(place.unfinished?.('id/'))).toEqual([])
    expect(sent('uploads')).toBe(2)
  })

  test('of a single file, and beside a backup that is there, are ended by prune, and nothing whole goes', async () => {
    const { place, options } = await start()
    const id = 'shop-20260601T000000Z-abcd'
    const client = clientFor(options)
    const whole = ['shop.dump', `${id}.json`, `${id}/3.dat.zst`]
    for (const key of whole) await place.write(key, zeros(10))
    for (const key of ['shop.dump', `${id}/3.dat.zst`, 'film.mp4']) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'shop', Key: `backups/${key}` }))
    }
    const incomplete = await incompleteRuns(place)
    expect(incomplete).toMatchObject([
      { key: `${id}/3.dat.zst`, kind: 'writes', unfinished: 1 },
      { key: 'shop.dump', kind: 'writes', unfinished: 1 },
    ])
    // As long as there is a manifest that cannot be read nothing would be removed.
    await place.remove([`${id}.json`])
    // As if they were old.
    const runs = incomplete.map((run) => ({ ...run, decision: 'collect' as const }))
    const { location } = place
    const plan = { location, identity: identityOf(place), groups: [], incomplete: runs, unreadable: [], freedBytes: 0 }
    expect(await prune({ from: place, plan })).toMatchObject({ collected: [`${id}/3.dat.zst`, 'shop.dump'] })
    expect(await unfinishedIn(options)).toEqual(['backups/film.mp4'])
    expect((await allOf(place.list(''))).length).toBe(2)
  })

  test('that end while they are looked at are passed over, the others are told', async () => {
    const { options } = await start()
    const client = clientFor(options)
    for (const Key of ['backups/id/a', 'backups/id/b', 'backups/id/c']) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'shop', Key }))
    }
    const racing = racingClient(client, 'backups/id/b')
    const place = s3({ bucket: 'shop', prefix: 'backups', client: racing })
    expect((await allOf(place.unfinished?.('id/'))).map(({ key }) => key)).toEqual(['id/a', 'id/c'])
  })

  test.each(['NoSuchUpload', 'NoSuchKey'])(
    'that are gone by the word %s are passed over, a bucket is not',
    async (code) => {
      const { place, proxy, options } = await start()
      await clientFor(options).send(new CreateMultipartUploadCommand({ Bucket: 'shop', Key: 'backups/id/a' }))
      let told = code
      proxy.choose((request) =>
        requests.parts(request)
          ? { kind: 'answer', status: 404, body: `<Error><Code>${told}</Code></Error>` }
          : undefined,
      )
      expect(await allOf(place.unfinished?.(''))).toEqual([])
      told = 'NoSuchBucket'
      await expect(allOf(place.unfinished?.(''))).rejects.toMatchObject({ code: 'DESTINATION.NO_BUCKET' })
    },
  )
})

test('attributes are those of every object, small or large', async () => {
  const { place, options } = await start({}, { storageClass: 'STANDARD_IA' })
  for (const size of [10, 2 * partSizeBytes]) {
    await place.write(`x${size}`, zeros(size))
    const found = await clientFor(options).send(new HeadObjectCommand({ Bucket: 'shop', Key: `backups/x${size}` }))
    expect(found.StorageClass).toBe('STANDARD_IA')
  }
})
