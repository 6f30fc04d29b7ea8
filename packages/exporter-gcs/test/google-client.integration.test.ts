import { pipeline } from 'node:stream/promises'
import { Storage } from '@google-cloud/storage'
import { expect, test } from 'vitest'
import { bodyOf, bytesOf, gathered } from './support/bytes.ts'
import { emulatedBucket, unit } from './support/emulated-bucket.ts'

// Google's own client judges both the emulator and what the exporter leaves in a bucket.

const bucket = emulatedBucket()
const bytes = bytesOf(3 * unit + 4711)
const theirs = () => new Storage({ apiEndpoint: bucket.emulator.url, projectId: 'any' }).bucket('backups')

test('what the exporter writes, Google’s client lists, describes, reads and checks', async () => {
  await bucket.open({ prefix: 'shop' }).write('täglich/x.dat', bodyOf(bytes))
  const [files] = await theirs().getFiles({ prefix: 'shop/' })
  expect(files.map(({ name }) => name)).toEqual(['shop/täglich/x.dat'])
  const [metadata] = await theirs().file('shop/täglich/x.dat').getMetadata()
  expect(Number(metadata.size)).toBe(bytes.length)
  const [read] = await theirs().file('shop/täglich/x.dat').download({ validation: 'crc32c' })
  expect(read.equals(bytes)).toBe(true)
})

test('what Google’s client writes, in chunks, the exporter lists, reads and checks', async () => {
  const chunked = theirs()
    .file('shop/chunked')
    .createWriteStream({ resumable: true, chunkSize: unit, validation: 'crc32c' })
  await pipeline(bodyOf(bytes), chunked)
  expect(bucket.requests('chunk').length).toBeGreaterThan(3)
  const from = bucket.open({ prefix: 'shop' })
  expect((await gathered(from.read('chunked'))).equals(bytes)).toBe(true)
  expect(await from.stat('chunked')).toMatchObject({ key: 'chunked', sizeBytes: bytes.length })
})

test('a name that is taken is refused to both alike', async () => {
  await bucket.open().write('x', bodyOf(bytes))
  const write = theirs()
    .file('x')
    .save('other', { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } })
  await expect(write).rejects.toMatchObject({ code: 412 })
  await expect(bucket.open().write('x', bodyOf(bytes))).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
  await theirs().file('x').delete()
  expect(bucket.stored()).toEqual({})
})
