import { expect, test } from 'vitest'
import { type Exporter, file, incompleteRuns } from '../../src/index.ts'
import { allOf, chunksOf, everythingIn, tempFolder } from '../file/temp-folder.ts'
import { bucket } from './bucket.ts'
import { storedBackup } from './stored-backup.ts'

const id = 'shop-20260601T000000Z-abcd'

async function unfinishedIn({ unfinished }: Exporter, prefix: string) {
  if (!unfinished) throw new Error('it cannot tell')
  return await allOf(unfinished(prefix))
}

test('objects without a manifest, their number, size and newest time', async () => {
  const { exporter, state } = bucket()
  await storedBackup(exporter)
  await exporter.write('photos/1.jpg', chunksOf('x'))
  await exporter.write(`${id}/1.dat`, chunksOf('one'))
  state.now = new Date('2026-06-02T00:00:00Z')
  await exporter.write(`${id}/2.dat`, chunksOf('more'))
  expect(await incompleteRuns(exporter)).toEqual([
    { key: id, objects: 2, sizeBytes: 7, unfinished: 0, writtenAt: state.now, isAlive: false },
  ])
})

test('uploads that have begun, of a manifest too; an upload for a backup that is there is none of these', async () => {
  const { exporter, uploads, state } = bucket()
  const { id: whole } = await storedBackup(exporter)
  for (const key of [`${id}.json`, `${id}/1.dat`, `${whole}/proofs/x.json`, 'other/1.dat'])
    uploads.set(key, { key, id: key, writtenAt: state.now })
  expect(await incompleteRuns(exporter)).toEqual([
    { key: id, objects: 0, sizeBytes: 0, unfinished: 2, writtenAt: state.now, isAlive: false },
  ])
})

test('in a folder: what is being written, by a process that lives', async () => {
  const folder = await tempFolder()
  const from = file(folder)
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  async function* slow() {
    yield Buffer.from('x')
    begun.resolve()
    await end.promise
  }
  const writing = from.write(`${id}/1.dat`, slow())
  await begun.promise
  expect(await incompleteRuns(from)).toMatchObject([{ key: id, objects: 0, unfinished: 1, isAlive: true }])
  const [unfinished] = await unfinishedIn(from, `${id}/`)
  expect(unfinished).toMatchObject({ key: `${id}/1.dat`, isAlive: true })
  expect(await unfinishedIn(from, 'other/')).toEqual([])
  end.resolve()
  await writing
  expect(await incompleteRuns(from)).toMatchObject([{ key: id, objects: 1, unfinished: 0, isAlive: false }])
})

test('in a folder: what a process of another host left can be removed, and nothing else that way', async () => {
  const folder = await tempFolder()
  const from = file(folder)
  const partial = `.1.dat@elsewhere-1-00000000-1-1-00000000.pgark-partial`
  // Its name is one of those that are never listed.
  await from.write(`${id}/${partial}`, chunksOf('x'))
  await from.write('keep', chunksOf('x'))
  const writes = await unfinishedIn(from, '')
  expect(writes).toEqual([{ key: `${id}/1.dat`, id: `${id}/${partial}`, writtenAt: expect.any(Date) }])
  await from.abortUnfinished?.([...writes, ...writes, { key: 'keep', id: 'keep', writtenAt: new Date() }])
  expect(await everythingIn(folder)).toEqual(['keep'])
})

test('nothing is incomplete in a folder that is not there', async () => {
  expect(await incompleteRuns(file(`${await tempFolder()}/nowhere`))).toEqual([])
})
