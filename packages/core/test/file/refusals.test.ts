import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { allOf, chunksOf, collect, everythingIn, tempFolder, unprivileged } from './temp-folder.ts'

describe('what cannot be written is told with its path and what to do', () => {
  test('a missing parent folder is not created', async () => {
    const folder = await tempFolder()
    const missing = path.join(folder, 'no', 'where')
    await expect(file(missing).write('x', chunksOf('x'))).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
      message: `Cannot write ${missing}/x: there is no such file or folder.`,
      hint: expect.stringContaining('parent'),
    })
    await expect(file(path.join(missing, 'x.sql')).write('x.sql', chunksOf('x'))).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
    })
    expect(await everythingIn(folder)).toEqual([])
  })

  test('a folder where a file should be', async () => {
    const folder = await tempFolder()
    await mkdir(path.join(folder, 'x'))
    await expect(file(folder).write('x', chunksOf('x'), { overwrite: true })).rejects.toMatchObject({
      code: 'DESTINATION.IS_FOLDER',
    })
    await expect(file(folder).write('x', chunksOf('x'))).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(await everythingIn(folder)).toEqual(['x'])
  })

  test('a file where a folder should be', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x'), '')
    await expect(file(path.join(folder, 'x', 'y')).write('z', chunksOf('x'))).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
    })
    await expect(file('/dev/null').write('id/toc.dat', chunksOf('x'))).rejects.toMatchObject({
      code: 'DESTINATION.NOT_FOUND',
      message: '/dev/null is no folder.',
    })
  })

  test('a folder without permission', async () => {
    const folder = await tempFolder()
    const closed = path.join(folder, 'closed')
    await mkdir(closed)
    await chmod(closed, 0o555)
    await unprivileged(folder, () =>
      expect(file(closed).write('x', chunksOf('x'))).rejects.toMatchObject({
        code: 'DESTINATION.PERMISSION',
        message: `Cannot write ${closed}/x: permission denied.`,
        meta: { errno: 'EACCES' },
      }),
    )
    expect(await everythingIn(closed)).toEqual([])
  })
})

describe('what cannot be read', () => {
  test('a key that is not there', async () => {
    const exporter = file(await tempFolder())
    await expect(collect(exporter.read('x'))).rejects.toMatchObject({ code: 'DESTINATION.NOT_FOUND' })
    expect(await exporter.stat('x')).toBeUndefined()
    expect(await exporter.stat('x/y')).toBeUndefined()
  })

  test('a folder', async () => {
    const folder = await tempFolder()
    await mkdir(path.join(folder, 'x'))
    await expect(collect(file(folder).read('x'))).rejects.toMatchObject({ code: 'DESTINATION.IS_FOLDER' })
    expect(await file(folder).stat('x')).toBeUndefined()
  })

  test('a file without permission', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x'), 'x')
    await chmod(path.join(folder, 'x'), 0o000)
    await unprivileged(folder, () =>
      expect(collect(file(folder).read('x'))).rejects.toMatchObject({ code: 'DESTINATION.PERMISSION' }),
    )
  })

  test('more, once the signal aborted', async () => {
    const exporter = file(await tempFolder())
    await exporter.write('x', chunksOf(Buffer.alloc(1024 * 1024)))
    const controller = new AbortController()
    const reason = new Error('enough')
    const reading = async () => {
      for await (const _ of exporter.read('x', { signal: controller.signal })) controller.abort(reason)
    }
    await expect(reading()).rejects.toBe(reason)
  })
})

describe('a key that leads out of the folder is refused by every call', () => {
  for (const key of ['../x', 'a/../../x', '../pgark-core-neighbour/x', '..']) {
    test(key, async () => {
      const exporter = file(await tempFolder())
      const refusal = { code: 'USAGE.KEY' }
      await expect(exporter.write(key, chunksOf('x'))).rejects.toMatchObject(refusal)
      await expect(collect(exporter.read(key))).rejects.toMatchObject(refusal)
      await expect(exporter.stat(key)).rejects.toMatchObject(refusal)
      await expect(exporter.remove([key])).rejects.toMatchObject(refusal)
      await expect(allOf(exporter.list(`${key}/`))).rejects.toMatchObject(refusal)
    })
  }

  test('/etc/passwd is a key below the folder', async () => {
    const folder = await tempFolder()
    await file(folder).write('/etc/passwd', chunksOf('x'))
    expect(await everythingIn(folder)).toEqual(['etc', 'etc/passwd'])
  })
})
