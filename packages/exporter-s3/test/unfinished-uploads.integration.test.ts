import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { identityOf, incompleteRuns, prune } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import { s3 } from '../src/index.ts'
import { allOf, start, zeros } from './emulated-place.ts'
import { requests } from './faults.ts'
import { clientFor, partSizeBytes, unfinishedIn } from './place.ts'
import { racingClient } from './racing-client.ts'

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
