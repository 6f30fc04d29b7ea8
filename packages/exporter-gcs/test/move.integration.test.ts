import { copy, type Exporter, identityOf } from '@pgark/core'
import { startFaultyHttpProxy } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { storedBackup } from '../../core/test/catalogue/stored-backup.ts'
import { gcs } from '../src/index.ts'
import { emulatedBucket } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()

/** The bucket by another address. */
async function again(): Promise<Exporter> {
  const proxy = await startFaultyHttpProxy(bucket.emulator.url)
  onTestFinished(() => proxy.stop())
  return bucket.open({ apiEndpoint: proxy.url })
}

test('a backup, or a file, is not moved to where it is, by whatever address', async () => {
  const place = bucket.open()
  const { id } = await storedBackup(place)
  const objectKey = 'x.dump'
  const single: Exporter = {
    ...place,
    objectKey,
    location: 'gs://backups/x.dump',
    identity: identityOf(place, objectKey),
  }
  expect(await copy({ from: place, id, to: single })).toMatchObject({ ok: true })
  const before = bucket.stored()
  expect(Object.keys(before)).toContain(objectKey)
  await expect(copy({ from: place, to: bucket.open(), move: true })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  await expect(copy({ from: single, to: place, move: true })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  for (const from of [place, single]) {
    await expect(copy({ from, to: await again(), move: true })).rejects.toMatchObject({ code: 'REFUSED.SAME_PLACE' })
  }
  expect(bucket.stored()).toEqual(before)
})

test('what is called the same on another server is another place', () => {
  const at = (options: object) => identityOf(gcs({ bucket: 'backups', prefix: 'shop', ...options }))
  expect(at({})).toBe('https://storage.googleapis.com/backups/shop')
  expect(at({ apiEndpoint: 'https://storage.googleapis.com/' })).toBe(at({}))
  expect(at({ apiEndpoint: 'https://storage-shop.p.googleapis.com' })).not.toBe(at({}))
})
