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
    { key: id, kind: 'run', objects: 2, sizeBytes: 7, unfinished: 0, writtenAt: state.now, isAlive: false },
  ])
})

test('uploads that have begun, of a manifest too', async () => {
  const { exporter, uploads, state } = bucket()
  for (const key of [`${id}.json`, `${id}/1.dat`, 'other/1.dat', 'film.mp4', 'film.json'])
    uploads.set(key, { key, id: key, writtenAt: state.now })
  expect(await incompleteRuns(exporter)).toEqual([
    { key: id, kind: 'run', objects: 0, sizeBytes: 0, unfinished: 2, writtenAt: state.now, isAlive: false },
  ])
})

test('uploads for a backup that is there, and for single files, are told by themselves, key by key', async () => {
  const { exporter, uploads, state } = bucket()
  const { id: whole } = await storedBackup(exporter)
  await exporter.write('there.dump', chunksOf('whole'))
  const later = new Date(state.now.getTime() + 1000)
  const proof = 'x.sql.zst.proof-20260101T000000.000Z-0000.json'
  const keys = [`${whole}/3.dat.zst`, 'there.dump', 'x.sql.zst', 'x.sql.zst.json', proof, 'below/x.dump']
  for (const key of keys) uploads.set(key, { key, id: key, writtenAt: state.now })
  uploads.set('again', { key: 'x.sql.zst', id: 'again', writtenAt: later, isAlive: true })
  const none = { kind: 'writes', objects: 0, sizeBytes: 0, unfinished: 1, writtenAt: state.now, isAlive: false }
  expect(await incompleteRuns(exporter)).toEqual([
    { key: `${whole}/3.dat.zst`, ...none },
    { key: 'there.dump', ...none },
    { key: 'x.sql.zst', ...none, unfinished: 2, writtenAt: later, isAlive: true },
    { key: 'x.sql.zst.json', ...none },
    { key: proof, ...none },
  ])
})

test('in a folder: a single file that is being written', async () => {
  const folder = await tempFolder()
  const from = file(folder)
  const seen: unknown[] = []
  async function* slow() {
    yield Buffer.from('x')
    seen.push(await incompleteRuns(from))
  }
  await file(`${folder}/shop.dump`).write('shop.dump', slow())
  expect(seen).toMatchObject([[{ key: 'shop.dump', kind: 'writes', unfinished: 1, isAlive: true }]])
  expect(await incompleteRuns(from)).toEqual([])
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
