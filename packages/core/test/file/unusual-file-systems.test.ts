import type * as promises from 'node:fs/promises'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import type * as os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { file } from '../../src/index.ts'
import { allOf, chunksOf, everythingIn, tempFolder } from './temp-folder.ts'

/** What the system answers instead; undefined where it is asked itself. */
const system = vi.hoisted(() => ({
  link: undefined as string | undefined,
  syncOfFile: undefined as string | undefined,
  syncOfFolder: undefined as string | undefined,
  opensFolders: true,
  platform: undefined as NodeJS.Platform | undefined,
}))
const errno = (code: string, syscall: string) => Object.assign(new Error(`${code}: ${syscall}`), { code, syscall })

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>()
  return {
    ...real,
    async link(...args: Parameters<typeof real.link>) {
      if (system.link) throw errno(system.link, 'link')
      await real.link(...args)
    },
    async open(...args: Parameters<typeof real.open>) {
      const handle = await real.open(...args)
      const isFolder = (await handle.stat()).isDirectory()
      const syncFails = isFolder ? system.syncOfFolder : system.syncOfFile
      if (syncFails) handle.sync = () => Promise.reject(errno(syncFails, 'fsync'))
      if (isFolder && !system.opensFolders) {
        await handle.close()
        throw errno('EISDIR', 'open')
      }
      return handle
    },
  }
})
vi.mock('node:os', async (original) => {
  const real = await original<typeof os>()
  return { ...real, platform: () => system.platform ?? real.platform() }
})
afterEach(() => {
  const asItIs = { link: undefined, syncOfFile: undefined, syncOfFolder: undefined, opensFolders: true }
  Object.assign(system, { ...asItIs, platform: undefined })
})

describe('a file system without hard links', () => {
  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('that says %s: the file is renamed', async (code) => {
    system.link = code
    const folder = await tempFolder()
    await file(folder).write('x', chunksOf('whole'))
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('whole')
    expect(await everythingIn(folder)).toEqual(['x'])
  })

  test('keeps what took the name meanwhile', async () => {
    system.link = 'EPERM'
    const folder = await tempFolder()
    async function* body() {
      yield Buffer.from('ours')
      await writeFile(path.join(folder, 'x'), 'theirs')
    }
    await expect(file(folder).write('x', body())).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('theirs')
    expect(await everythingIn(folder)).toEqual(['x'])
  })

  test('any other failure of the link is told, and nothing is left', async () => {
    system.link = 'EDQUOT'
    const folder = await tempFolder()
    await expect(file(folder).write('x', chunksOf('x'))).rejects.toMatchObject({ code: 'DESTINATION.FULL' })
    expect(await everythingIn(folder)).toEqual([])
  })
})

test('bytes that could not be made durable never have the name', async () => {
  system.syncOfFile = 'EIO'
  const folder = await tempFolder()
  await expect(file(folder).write('x', chunksOf('x'))).rejects.toMatchObject({
    code: 'DESTINATION.FILE_SYSTEM',
    meta: { errno: 'EIO' },
  })
  expect(await everythingIn(folder)).toEqual([])
})

test('a name that could not be made durable is taken back', async () => {
  system.syncOfFolder = 'EIO'
  const folder = await tempFolder()
  await expect(file(folder).write('x', chunksOf('x'))).rejects.toMatchObject({
    code: 'DESTINATION.FILE_SYSTEM',
    message: `Cannot write ${folder}/x: EIO.`,
    meta: { errno: 'EIO' },
  })
  expect(await everythingIn(folder)).toEqual([])
})

test('on Windows folders are not opened', async () => {
  Object.assign(system, { platform: 'win32', opensFolders: false })
  const folder = await tempFolder()
  await file(folder).write('x', chunksOf('x'))
  expect(await everythingIn(folder)).toEqual(['x'])
})

test('a name that is too long is told as such', async () => {
  const key = 'x'.repeat(300)
  await expect(file(await tempFolder()).write(key, chunksOf('x'))).rejects.toMatchObject({
    code: 'DESTINATION.FILE_SYSTEM',
    meta: { errno: 'ENAMETOOLONG' },
  })
})

test('the root of the file system is a folder like any other', async () => {
  const folder = await tempFolder()
  await writeFile(path.join(folder, 'x'), 'four')
  expect(await file('/').stat(path.join(folder, 'x').slice(1))).toMatchObject({ sizeBytes: 4 })
})

test('what is neither file nor folder is not listed', async () => {
  const folder = await tempFolder()
  await mkdir(path.join(folder, 'a'))
  await symlink('nowhere', path.join(folder, 'a', 'link'))
  await writeFile(path.join(folder, 'a', 'x'), '')
  expect(await allOf(file(folder).list(''))).toMatchObject([{ key: 'a/x' }])
})

test('a key below folders that are gone is removed already', async () => {
  const folder = await tempFolder()
  await file(folder).remove(['a/b/x'])
  expect(await everythingIn(folder)).toEqual([])
})
