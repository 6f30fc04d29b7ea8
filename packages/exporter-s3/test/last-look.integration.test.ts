import type { ProxiedRequest } from '@pgark/test-servers'
import { describe, expect, test } from 'vitest'
import { start, zeros } from './emulated-place.ts'
import { choose, requests } from './faults.ts'
import { partSizeBytes, unfinishedIn } from './place.ts'

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

describe.each([
  ['fits into a part', 1000],
  ['has several parts', 2 * partSizeBytes],
])('the last look at an object that %s', (_, size) => {
  /** What is told then of our own object, which bears the mark of the request that began it. */
  async function lookedAt(headers: Record<string, string>) {
    const started = await start()
    const { place, proxy } = started
    let mark = ''
    proxy.choose((request) => {
      if (requests.put(request) || requests.begin(request)) mark = String(request.headers['x-amz-meta-pgark-write'])
      if (mark === '' || !requests.head(request)) return undefined
      const told = { 'content-length': String(size), etag: '"of-its-own-kind"', 'x-amz-meta-pgark-write': mark }
      return isCommitted(proxy.requests) ? { kind: 'answer', status: 200, headers: { ...told, ...headers } } : undefined
    })
    return { ...started, written: place.write('x', zeros(size)) }
  }
  const isCommitted = (seen: readonly ProxiedRequest[]) =>
    seen.some(size > partSizeBytes ? requests.complete : requests.put)

  test.each([
    ['size', { 'content-length': String(size - 1) }, 'DESTINATION.SIZE'],
    ['ETag', { etag: '"00000000000000000000000000000000"' }, 'DESTINATION.CHECKSUM'],
  ])('finds another %s than was sent, and it goes', async (_, headers, code) => {
    const { proxy, written, place, options } = await lookedAt(headers)
    await expect(written).rejects.toMatchObject({ code })
    proxy.choose(() => undefined)
    expect(await place.stat('x')).toBeUndefined()
    expect(await unfinishedIn(options)).toEqual([])
  })

  test('is content with the size, where ETags are no digests', async () => {
    const { written } = await lookedAt({})
    expect(await written).toEqual({ key: 'x', sizeBytes: size })
  })
})
