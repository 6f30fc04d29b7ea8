import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { backup, type Exporter, file, list } from '../../src/index.ts'
import { tempFolder } from '../file/temp-folder.ts'
import { editManifest } from '../manifest/edit-manifest.ts'
import { engineDouble } from './engine-double.ts'

/** A folder with backups whose snapshots were taken at these times. */
async function backups(...times: string[]) {
  const folder = await tempFolder()
  const ids: string[] = []
  for (const time of times) {
    const { engine, contents } = engineDouble()
    const timed: typeof engine = {
      ...engine,
      backup: async (...given) => ({
        ...(await engine.backup(...given)),
        snapshot: { ...contents.snapshot, time },
      }),
    }
    ids.push((await backup({ engine: timed, to: file(folder) })).id)
  }
  const states = async () => (await list(file(folder))).map(({ key, state }) => `${key} ${state}`)
  return { folder, ids, states }
}

test('backups are listed by the time of their snapshots, oldest first', async () => {
  const { ids, states } = await backups('2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')
  expect(await states()).toEqual([`${ids[1]} complete`, `${ids[2]} complete`, `${ids[0]} complete`])
})

test('single files are listed with those in the folder', async () => {
  const { folder, ids, states } = await backups('2026-03-01T00:00:00Z')
  await backup({ engine: engineDouble().engine, to: file(path.join(folder, 'shop.sql.zst')) })
  expect((await states()).toSorted()).toEqual([`${ids[0]} complete`, 'shop.sql.zst complete'].toSorted())
  await appendFile(path.join(folder, 'shop.sql.zst'), 'x')
  const damaged = (await list(file(folder))).find(({ state }) => state === 'damaged')
  expect(damaged).toEqual({
    key: 'shop.sql.zst',
    state: 'damaged',
    problem: 'shop.sql.zst has 15 bytes, its manifest says 14.',
  })
})

test('objects without a manifest, other JSON and other files are passed over', async () => {
  const { folder, ids, states } = await backups('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')
  await rm(path.join(folder, `${ids[0]}.json`))
  await writeFile(path.join(folder, 'package.json'), '{"name":"x"}')
  await writeFile(path.join(folder, 'notes.txt'), 'x')
  await mkdir(path.join(folder, 'empty'))
  expect(await states()).toEqual([`${ids[1]} complete`])
})

test('a manifest that cannot be read is damage where its backup is', async () => {
  const { folder, ids, states } = await backups('2026-03-01T00:00:00Z')
  const manifest = path.join(folder, `${ids[0]}.json`)
  const text = await readFile(manifest, 'utf8')
  await writeFile(manifest, text.slice(0, 100))
  expect(await states()).toEqual([`${ids[0]} damaged`])
  await writeFile(manifest, text.replace('"requires": []', '"requires": ["from-the-future"]'))
  expect(await list(file(folder))).toMatchObject([
    { state: 'damaged', problem: expect.stringContaining('needs from-the-future') },
  ])
})

test('an object that is missing or has another size is damage', async () => {
  const { folder, ids, states } = await backups('2026-03-01T00:00:00Z')
  await rm(path.join(folder, `${ids[0]}`, 'contents.json'))
  expect(await list(file(folder))).toMatchObject([{ problem: `${ids[0]}/contents.json is missing.` }])
  await rm(path.join(folder, `${ids[0]}`), { recursive: true })
  expect(await states()).toEqual([`${ids[0]} damaged`])
})

test('nothing is in a folder that is not there', async () => {
  expect(await list(file(path.join(await tempFolder(), 'nowhere')))).toEqual([])
})

test('backups of the same time are listed by name', async () => {
  const { ids, states } = await backups('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')
  expect(await states()).toEqual(ids.toSorted().map((id) => `${id} complete`))
})

test('a manifest may carry its contents also where it stands in a folder', async () => {
  const { folder, ids, states } = await backups('2026-03-01T00:00:00Z')
  const manifest = path.join(folder, `${ids[0]}.json`)
  const contents = JSON.parse(await readFile(path.join(folder, `${ids[0]}`, 'contents.json'), 'utf8'))
  await editManifest(manifest, { contents })
  await rm(path.join(folder, `${ids[0]}`, 'contents.json'))
  expect(await states()).toEqual([`${ids[0]} complete`])
})

test('a manifest of a single file that names no object vouches for nothing', async () => {
  const folder = await tempFolder()
  const location = path.join(folder, 'shop.sql.zst')
  await backup({ engine: engineDouble().engine, to: file(location) })
  await editManifest(`${location}.json`, { objects: [] })
  expect(await list(file(folder))).toMatchObject([
    { state: 'damaged', problem: 'shop.sql.zst has 14 bytes, its manifest says nothing.' },
  ])
})

test('a destination that fails while a manifest is read has failed: nothing is called damaged', async () => {
  const { folder } = await backups('2026-03-01T00:00:00Z')
  const lost = new Error('read ECONNRESET')
  const from: Exporter = {
    ...file(folder),
    async *read() {
      yield Buffer.from('{')
      throw lost
    },
  }
  await expect(list(from)).rejects.toBe(lost)
})
