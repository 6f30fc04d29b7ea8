import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backup, type Exporter, file, openBackup } from '../../src/index.ts'
import { collect, tempFolder } from '../file/temp-folder.ts'
import { editManifest } from '../manifest/edit-manifest.ts'
import { engineDouble } from './engine-double.ts'

const { signal } = new AbortController()

async function single() {
  const location = path.join(await tempFolder(), 'shop.sql.zst')
  await backup({ engine: engineDouble().engine, to: file(location) })
  const readAll = async () => {
    const source = await openBackup(file(location), undefined, signal)
    return await collect(source.read(source.objectName))
  }
  return { location, readAll }
}

async function inFolder() {
  const folder = await tempFolder()
  const { id } = await backup({ engine: engineDouble().engine, to: file(folder) })
  const open = (wanted = id) => openBackup(file(folder), wanted, signal)
  return { folder, id, open, contents: path.join(folder, id, 'contents.json') }
}

describe('a single file is checked while it is read', () => {
  test('whole', async () => {
    const { readAll } = await single()
    expect((await readAll()).toString()).toBe('1\n2\n3\n4\n5\n6\n7\n')
  })
  test('one byte changed, anywhere', async () => {
    const { location, readAll } = await single()
    const bytes = await readFile(location)
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(location, changed)
      await expect(readAll()).rejects.toMatchObject({
        code: 'DAMAGE.HASH',
        message: "shop.sql.zst is not what was stored: its sha256 differs from the manifest's.",
      })
    }
  })
  test('cut, or longer', async () => {
    const { location, readAll } = await single()
    const bytes = await readFile(location)
    for (const changed of [Buffer.alloc(0), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('x')])]) {
      await writeFile(location, changed)
      await expect(readAll()).rejects.toMatchObject({ code: 'DAMAGE.SIZE' })
    }
  })
  test('renamed together with its manifest it is the same backup', async () => {
    const { location, readAll } = await single()
    const renamed = path.join(path.dirname(location), 'other.sql.zst')
    await rename(location, renamed)
    await rename(`${location}.json`, `${renamed}.json`)
    const source = await openBackup(file(renamed), undefined, signal)
    expect((await collect(source.read(source.objectName))).length).toBe(14)
    await writeFile(renamed, 'x')
    await expect(collect(source.read(source.objectName))).rejects.toMatchObject({ code: 'DAMAGE.SIZE' })
    await expect(readAll()).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
  })
  test('without a manifest nothing is known, and nothing is checked', async () => {
    const { location, readAll } = await single()
    await rm(`${location}.json`)
    await writeFile(location, 'by another tool')
    const source = await openBackup(file(location), undefined, signal)
    expect(source.manifest).toBeUndefined()
    expect(await source.contents()).toBeUndefined()
    expect((await readAll()).toString()).toBe('by another tool')
  })
  test('a manifest that names no object vouches for nothing', async () => {
    const { location, readAll } = await single()
    await editManifest(`${location}.json`, { objects: [] })
    await expect(readAll()).rejects.toMatchObject({
      code: 'DAMAGE.MANIFEST',
      message: expect.stringContaining('names no object'),
    })
  })
  test('what is cut, or gone, is told before its first byte', async () => {
    const { location } = await single()
    const source = await openBackup(file(location), undefined, signal)
    const first = () => source.read(source.objectName)[Symbol.asyncIterator]().next()
    await writeFile(location, '1\n2\n3\n')
    await expect(first()).rejects.toMatchObject({ code: 'DAMAGE.SIZE' })
    await rm(location)
    await expect(first()).rejects.toMatchObject({ code: 'DAMAGE.MISSING' })
  })
  test('a part of it is not checked', async () => {
    const { location } = await single()
    const source = await openBackup(file(location), undefined, signal)
    expect((await collect(source.read(source.objectName, { range: { start: 2, end: 4 } }))).toString()).toBe('2\n')
  })
})

describe('a backup in a folder', () => {
  test('is opened by its id', async () => {
    const { folder, id, open } = await inFolder()
    const source = await open()
    expect(source).toMatchObject({ location: path.join(folder, id), objectName: 'backup.sql.zst', manifest: { id } })
    expect((await collect(source.read('backup.sql.zst'))).length).toBe(14)
    expect(await source.contents()).toMatchObject({ contentsVersion: 1 })
  })
  test('is not there without its manifest, though its objects are', async () => {
    const { folder, id, open } = await inFolder()
    await rm(path.join(folder, `${id}.json`))
    await expect(open()).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND', hint: expect.stringContaining('list') })
  })
  test('must be named', async () => {
    const { folder } = await inFolder()
    await expect(openBackup(file(folder), undefined, signal)).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  })
  test('whose contents were changed is damaged', async () => {
    const { open, contents } = await inFolder()
    const text = await readFile(contents, 'utf8')
    await writeFile(contents, text.replace('"rows": 3', '"rows": 4'))
    await expect((await open()).contents()).rejects.toMatchObject({ code: 'DAMAGE.HASH' })
  })
  test('cannot be passed off as another one', async () => {
    const { folder, id, open } = await inFolder()
    const other = id.replace(/.{4}$/, 'ffff')
    await mkdir(path.join(folder, other))
    for (const name of ['backup.sql.zst', 'contents.json']) {
      await rename(path.join(folder, id, name), path.join(folder, other, name))
    }
    await rename(path.join(folder, `${id}.json`), path.join(folder, `${other}.json`))
    await expect(open(other)).rejects.toMatchObject({ code: 'DAMAGE.MANIFEST' })
  })
})

test('what is too large for a manifest is not gathered', async () => {
  const { location } = await single()
  const chunk = Buffer.alloc(16 * 1024 * 1024)
  let read = 0
  const endless: Exporter = {
    ...file(location),
    async *read() {
      for (;;) {
        read += chunk.length
        yield chunk
      }
    },
  }
  await expect(openBackup(endless, undefined, signal)).rejects.toMatchObject({ code: 'DAMAGE.MANIFEST' })
  expect(read).toBeLessThanOrEqual(272 * 1024 * 1024)
})

test('nothing at all is told with its path', async () => {
  const location = path.join(await tempFolder(), 'x.sql')
  await expect(openBackup(file(location), undefined, signal)).rejects.toMatchObject({
    code: 'DESTINATION.NOT_FOUND',
    message: `There is no backup x.sql at ${location}.`,
  })
})

test('a backup in a folder of which neither manifest nor contents lists an object is damaged', async () => {
  const { folder, id, open } = await inFolder()
  await editManifest(path.join(folder, `${id}.json`), { objects: [] })
  await expect(open()).rejects.toMatchObject({
    code: 'DAMAGE.MANIFEST',
    message: expect.stringContaining('names no object'),
  })
})
