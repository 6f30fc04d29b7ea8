import { expect, test } from 'vitest'
import {
  openCustom,
  openDirectory,
  openTar,
  readTocFrom,
  writeCustom,
  writeDirectory,
  writeToc,
} from '../../src/index.ts'
import { collect, cutAt } from '../bytes.ts'
import { contentsOf } from './read-contents.ts'
import { contents, dataOf, entries, header } from './sample-archive.ts'
import { Folder, fileOf } from './sample-file.ts'
import { tarArchive } from './tar-archive-made.ts'

const sample = { header: header(), entries }
const refused = (maxBytes: number) => ({
  code: 'REFUSED.TOC_SIZE',
  message: `The archive's table of contents would have more than ${maxBytes} bytes.`,
})
const tooLong = (maxBytes: number) => ({
  code: 'ARCHIVE.LIMIT',
  message: `The archive's table of contents has more than ${maxBytes} bytes.`,
})

test('a table of contents is written up to the limit up to which it is read', async () => {
  const { length } = writeToc(sample)
  for (const maxBytes of [length, length + 1]) {
    const bytes = writeToc(sample, { maxBytes })
    expect((await readTocFrom(cutAt(bytes, 100), { maxBytes })).archive.entries).toEqual(entries)
  }
  for (const maxBytes of [0, 1, 5, 100, length - 1]) {
    expect(() => writeToc(sample, { maxBytes })).toThrow(expect.objectContaining(refused(maxBytes)))
    await expect(readTocFrom(cutAt(writeToc(sample)), { maxBytes })).rejects.toMatchObject(tooLong(maxBytes))
  }
})

test('one that would be too long is refused before any data is asked for', async () => {
  let isAsked = false
  async function* data() {
    isAsked = true
    yield* dataOf(entries, contents)
  }
  const maxBytes = 1000
  await expect(collect(writeCustom(sample, data(), { maxBytes }))).rejects.toMatchObject(refused(maxBytes))
  const folder = new Folder()
  await expect(writeDirectory(sample, data(), folder, { maxBytes })).rejects.toMatchObject(refused(maxBytes))
  expect(folder.files.size).toBe(0)
  expect(isAsked).toBe(false)
})

test('whoever opens an archive may set the limit', async () => {
  const bytes = await collect(writeCustom(sample, dataOf(entries, contents)))
  const folder = new Folder()
  await writeDirectory(sample, dataOf(entries, contents), folder)
  const open = {
    custom: (maxBytes: number) => openCustom(fileOf(bytes).file, { maxBytes }),
    directory: (maxBytes: number) => openDirectory(folder, { maxBytes }),
    tar: (maxBytes: number) => openTar(fileOf(tarArchive(sample, contents)).file, { maxBytes }),
  }
  for (const each of Object.values(open)) {
    await expect(each(1000)).rejects.toMatchObject(tooLong(1000))
    expect(await contentsOf(await each(10_000))).toEqual(contents)
  }
})
