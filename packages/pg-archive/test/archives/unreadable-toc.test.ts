import { describe, expect, test } from 'vitest'
import { openCustom, openDirectory, openTar, readToc, writeCustom, writeDirectory, writeToc } from '../../src/index.ts'
import { collect } from '../bytes.ts'
import { header, table } from './sample-archive.ts'
import { Folder, fileOf } from './sample-file.ts'
import { tarOf } from './tar-archive-made.ts'

/** Stands for an id that is written over: what is in a circle cannot be written by us. */
const placeholder = 7777
const on = (...dependencies: number[]) => ({ dependencies })
const circle = {
  code: 'ARCHIVE.CYCLE',
  message: expect.stringMatching(/^Entries 1 \(TABLE public a\), 3 .*, 2 .* depend on each other in a circle\.$/),
  meta: { dumpIds: [1, 3, 2] },
}

function toc(format: 'custom' | 'directory', first: number): Buffer {
  const entries = [table(1, 'a', on(placeholder)), table(2, 'b', on(1)), table(3, 'c', on(2, 99))]
  const bytes = writeToc({ header: header({ format }), entries })
  bytes.write(String(first).padStart(4, '0'), bytes.indexOf(String(placeholder)))
  return bytes
}

describe('entries that depend on each other in a circle are told when the archive is opened:', () => {
  for (const canSeek of [true, false]) {
    const name = canSeek ? 'a file' : 'a pipe'
    test(`custom, ${name}`, async () => {
      const { file, use } = fileOf(toc('custom', 3), { canSeek })
      await expect(openCustom(file)).rejects.toMatchObject(circle)
      expect(use.closed).toBe(use.opened)
    })

    test(`tar, ${name}`, async () => {
      const { file, use } = fileOf(tarOf([['toc.dat', toc('directory', 3)]]), { canSeek })
      await expect(openTar(file)).rejects.toMatchObject(circle)
      expect(use.closed).toBe(use.opened)
    })
  }

  test('directory', async () => {
    const folder = new Folder()
    folder.files.set('toc.dat', toc('directory', 3))
    await expect(openDirectory(folder)).rejects.toMatchObject(circle)
  })

  test('an entry that depends on itself', () => {
    expect(() => readToc(toc('custom', 1))).toThrow('Entry 1 (TABLE public a) of the archive depends on itself.')
  })
})

test('to depend on what is not there, or comes later, is no circle', async () => {
  expect((await openCustom(fileOf(toc('custom', 98)).file)).archive.entries).toHaveLength(3)
  const entries = [table(1, 'a', on(3, 2)), table(2, 'b'), table(3, 'c', on(2))]
  expect(readToc(writeToc({ header: header(), entries })).entries).toEqual(entries)
})

describe('what could not be read again is not written:', () => {
  const [a, b] = [table(1, 'a', on(2)), table(2, 'b', on(1))]
  test('entries in a circle', async () => {
    const sample = { header: header(), entries: [a, b] }
    await expect(collect(writeCustom(sample, none()))).rejects.toMatchObject({ code: 'ARCHIVE.CYCLE' })
    const folder = new Folder()
    await expect(writeDirectory(sample, none(), folder)).rejects.toMatchObject({ code: 'ARCHIVE.CYCLE' })
    expect(folder.files.size).toBe(0)
  })

  test('two entries with one id', async () => {
    const sample = { header: header(), entries: [b, table(1, 'a'), table(2, 'c')] }
    await expect(collect(writeCustom(sample, none()))).rejects.toThrow('Two entries have the dump id 2.')
  })

  test('a string with a NUL character', () => {
    expect(() => writeToc({ header: header(), entries: [table(1, 'a\0')] })).toThrow('has a NUL character')
  })

  test('a number that does not fit', () => {
    const withId = (dumpId: number) => writeToc({ header: header(), entries: [{ ...table(1, 'a'), dumpId }] })
    expect(() => withId(2 ** 32)).toThrow('4294967296 does not fit into an integer of 4 bytes.')
    expect(readToc(withId(2 ** 32 - 1)).entries[0]?.dumpId).toBe(2 ** 32 - 1)
  })
})

async function* none() {}
