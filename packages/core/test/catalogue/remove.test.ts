import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { backup, file, type RemoveOptions, type RunEvent, remove, verify } from '../../src/index.ts'
import { chunksOf, everythingIn, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from '../runs/engine-double.ts'
import { bucket } from './bucket.ts'
import { storedBackup, storedProof } from './stored-backup.ts'

test('one backup goes, manifest first, contents last; the others stay', async () => {
  const { exporter, calls, keys } = bucket()
  const made = await storedBackup(exporter, { names: ['toc.dat', '1.dat'] })
  const other = await storedBackup(exporter)
  const proof = await storedProof(exporter, made)
  const events: RunEvent[] = []
  const result = await remove({ from: exporter, id: made.id, onEvent: (event) => events.push(event) })
  expect(result).toMatchObject({ key: made.id, location: `test://bucket/${made.id}` })
  expect(calls.filter((call) => call.startsWith('remove'))).toEqual(
    [`${made.id}.json`, `${made.id}/toc.dat`, `${made.id}/1.dat`, proof, `${made.id}/contents.json`].map(
      (key) => `remove ${key}`,
    ),
  )
  expect(keys().every((key) => key.startsWith(other.id))).toBe(true)
  expect(events.map(({ type }) => type)).toEqual(['phase', 'backup', 'result'])
})

test('a single file goes with its manifest and proofs, and nothing beside it', async () => {
  const folder = await tempFolder()
  const from = file(path.join(folder, 'shop.dump'))
  const { engine } = engineDouble({ formats: ['custom'] })
  await backup({ engine, to: from })
  await verify({ engine, from })
  await writeFile(path.join(folder, 'shop.dump.txt'), 'mine')
  await remove({ from })
  expect(await everythingIn(folder)).toEqual(['shop.dump.txt'])
})

test('also by its name in a folder', async () => {
  const folder = await tempFolder()
  await backup({ engine: engineDouble().engine, to: file(path.join(folder, 'shop.sql.zst')) })
  await remove({ from: file(folder), id: 'shop.sql.zst' })
  expect(await everythingIn(folder)).toEqual([])
})

test('a backup whose manifest cannot be read can be removed: until then nothing is pruned', async () => {
  const { exporter, damage, keys } = bucket()
  const { id } = await storedBackup(exporter)
  damage(`${id}.json`, (bytes) => bytes.subarray(1))
  await remove({ from: exporter, id })
  expect(keys()).toEqual([])

  const folder = await tempFolder()
  await backup({ engine: engineDouble().engine, to: file(path.join(folder, 'shop.sql.zst')) })
  await writeFile(path.join(folder, 'shop.sql.zst.json'), '{')
  await remove({ from: file(folder), id: 'shop.sql.zst' })
  expect(await everythingIn(folder)).toEqual([])
})

test('what is no backup is not removed', async () => {
  const { exporter, content } = bucket()
  await exporter.write('package.json', chunksOf('{"name":"x"}'))
  await exporter.write('package/index.js', chunksOf('x'))
  await exporter.write('shop-20260601T000000Z-abcd/1.dat', chunksOf('x'))
  const before = content()
  await expect(remove({ from: exporter, id: 'package' })).rejects.toMatchObject({ code: 'DAMAGE.MANIFEST' })
  await expect(remove({ from: exporter, id: 'nothing' })).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
  await expect(remove({ from: exporter, id: 'shop-20260601T000000Z-abcd' })).rejects.toMatchObject({
    code: 'DESTINATION.NOT_FOUND',
    hint: expect.stringContaining('pgark prune'),
  })
  expect(content()).toEqual(before)
})

test('what is wrong with a call, all at once', async () => {
  const refusal = (options: object) => remove(options as RemoveOptions).catch((error) => error.message.split('\n'))
  expect(await refusal({ from: 1, id: 2, force: true })).toHaveLength(3)
  const { exporter } = bucket()
  const fixed = { ...exporter, capabilities: { ...exporter.capabilities, remove: false } }
  expect(await refusal({ from: fixed })).toEqual([
    'Nothing can be removed from test://bucket.',
    'test://bucket may hold many backups.',
  ])
})
