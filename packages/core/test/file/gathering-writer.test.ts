import { type FileHandle, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { GatheringWriter } from '../../src/file/gathering-writer.ts'
import { tempFolder } from './temp-folder.ts'

const chunk = Buffer.alloc(1024 * 1024, 'x')
/** More than is written before the disk is asked to catch up. */
const chunks = 70

async function written(
  change: (handle: FileHandle) => FileHandle,
): Promise<{ location: string; writer: GatheringWriter }> {
  const location = path.join(await tempFolder(), 'file')
  const handle = await open(location, 'wx')
  const writer = new GatheringWriter(change(handle))
  try {
    for (let index = 0; index < chunks; index++) await writer.write(chunk)
    await writer.finish()
  } finally {
    await writer.settled()
    await handle.close()
  }
  return { location, writer }
}

test('the disk is asked to catch up on the way, and every byte arrives', async () => {
  let flushes = 0
  const { location, writer } = await written((handle) => {
    const datasync = handle.datasync.bind(handle)
    handle.datasync = () => {
      flushes += 1
      return datasync()
    }
    return handle
  })
  expect(flushes).toBeGreaterThan(0)
  expect(writer.sizeBytes).toBe(chunks * chunk.length)
  expect((await readFile(location)).equals(Buffer.concat(Array<Buffer>(chunks).fill(chunk)))).toBe(true)
})

test('a disk that fails on the way is told: the system reports it only once', async () => {
  const failure = new Error('EIO')
  const run = written((handle) => {
    handle.datasync = () => Promise.reject(failure)
    return handle
  })
  await expect(run).rejects.toBe(failure)
})

test('so is one that fails long before the end: nothing more is taken', async () => {
  const location = path.join(await tempFolder(), 'file')
  await using handle = await open(location, 'wx')
  const failure = new Error('EIO')
  handle.datasync = () => Promise.reject(failure)
  const writer = new GatheringWriter(handle)
  const writing = async () => {
    for (let index = 0; index < chunks; index++) await writer.write(chunk)
  }
  await expect(writing()).rejects.toBe(failure)
  expect(writer.sizeBytes).toBeLessThan(40 * chunk.length)
})

test('and one that fails at the very end', async () => {
  const location = path.join(await tempFolder(), 'file')
  await using handle = await open(location, 'wx')
  const flush = Promise.withResolvers<void>()
  handle.datasync = () => flush.promise
  const writer = new GatheringWriter(handle)
  for (let index = 0; index < 33; index++) await writer.write(chunk)
  const failure = new Error('EIO')
  const finished = writer.finish()
  flush.reject(failure)
  await expect(finished).rejects.toBe(failure)
})
