import { expect, test } from 'vitest'
import { file, list, PgarkError, planPrune, remove, testDestination } from '../../src/index.ts'
import { chunksOf, tempFolder } from '../file/temp-folder.ts'
import { bucket } from './bucket.ts'
import { storedBackup } from './stored-backup.ts'

/** A bucket whose reads of manifests end like that. */
async function readingFails(error: unknown) {
  const { exporter, state } = bucket()
  const { id } = await storedBackup(exporter)
  state.faults = {
    before(call, key) {
      if (call === 'read' && key === `${id}.json`) throw error
    },
  }
  return { exporter, id }
}

test('a backup that is removed while its manifest is read is not there', async () => {
  const { exporter, id } = await readingFails(new PgarkError('DESTINATION.NOT_FOUND', 'gone'))
  expect(await list(exporter)).toEqual([])
  await expect(remove({ from: exporter, id })).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
})

test.each([
  ['of the destination', new PgarkError('DESTINATION.UNAVAILABLE', 'busy', { retryable: true })],
  ['that nobody foresaw', new Error('what is this')],
])('an error %s is no damage: nothing is known', async (_, error) => {
  const { exporter, id } = await readingFails(error)
  await expect(list(exporter)).rejects.toBe(error)
  await expect(remove({ from: exporter, id })).rejects.toBe(error)
})

test('a manifest that is too long for one is damaged', async () => {
  const { exporter, id } = await readingFails(new PgarkError('DAMAGE.MANIFEST', 'too long'))
  expect(await list(exporter)).toEqual([{ key: id, state: 'damaged', problem: 'too long' }])
})

test('the manifest of another backup, under the id of one', async () => {
  const { exporter } = bucket()
  const { id } = await storedBackup(exporter, { names: ['toc.dat', '1.dat'] })
  const other = `${id.slice(0, -4)}ffff`
  await exporter.write(`${other}.json`, exporter.read(`${id}.json`))
  const found = await list(exporter)
  expect(found.map(({ key, state }) => [key, state])).toEqual(
    expect.arrayContaining([
      [id, 'complete'],
      [other, 'damaged'],
    ]),
  )
  expect(found.find(({ key }) => key === other)).toMatchObject({ problem: expect.stringContaining(id) })
})

test('other JSON is passed over', async () => {
  const { exporter } = bucket()
  await exporter.write('notes.json', chunksOf('{"hello": 1}'))
  await exporter.write('more.json', chunksOf('no JSON at all'))
  expect(await list(exporter)).toEqual([])
})

test.each([
  ['that lies nowhere', 'elsewhere/1.dat'],
  ['whose key climbs out of the folder', '../../1.dat'],
])('a backup with an object %s is damaged, and stays', async (_, key) => {
  const from = file(await tempFolder())
  const { id } = await storedBackup(from, {
    names: ['toc.dat'],
    shares: [{ key, sizeBytes: 1, sha256: 'a'.repeat(64) }],
  })
  const { groups } = await planPrune({ from, keepLast: 1 })
  expect(groups.flatMap(({ backups }) => backups)).toMatchObject([{ key: id, problem: expect.stringContaining(key) }])
})

test('what is no fault of a destination is not told as one', async () => {
  const { exporter, state } = bucket()
  const error = new TypeError('a bug')
  state.faults = {
    before(call) {
      if (call === 'list') throw error
    },
  }
  await expect(testDestination({ to: exporter })).rejects.toBe(error)
  const pipe = { ...exporter, capabilities: { ...exporter.capabilities, read: false } }
  await expect(testDestination({ to: pipe })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
})
