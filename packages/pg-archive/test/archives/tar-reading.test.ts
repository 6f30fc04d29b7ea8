import { describe, expect, test } from 'vitest'
import { ArchiveError, openTar, type TocEntry } from '../../src/index.ts'
import { contentsOf } from './read-contents.ts'
import {
  type Contents,
  contents,
  copied,
  entries,
  header,
  largeObject,
  largeObjectsOf,
  rowsOf,
} from './sample-archive.ts'
import { fileOf, type Source } from './sample-file.ts'
import { tarArchive, tarMembers, tarOf } from './tar-archive-made.ts'

const sample = { header: header(), entries }
const bytes = tarArchive(sample, contents)

async function failure(archive: Buffer, source: Source = {}, isWanted?: (entry: TocEntry) => boolean) {
  const { file, use } = fileOf(archive, { chunkBytes: 700, ...source })
  try {
    await contentsOf(await openTar(file), isWanted)
  } catch (error) {
    expect(use.closed, 'the source was closed').toBe(use.opened)
    if (error instanceof ArchiveError) return error
    throw error
  }
  throw new Error('the archive was read')
}

test('wherever the chunks of the source end; a file as often as one likes', async () => {
  for (const chunkBytes of [1, 511, 512, 513, 10_000]) {
    const { file, use } = fileOf(bytes, { chunkBytes, canSeek: false })
    const reader = await openTar(file)
    expect(reader.format).toBe('tar')
    expect(await contentsOf(reader)).toEqual(contents)
    expect(use).toEqual({ opened: 1, closed: 1, taken: bytes.length })
  }
  const reader = await openTar(fileOf(bytes).file)
  for (let time = 0; time < 2; time++) expect(await contentsOf(reader)).toEqual(contents)
  const only = await contentsOf(reader, ({ dumpId }) => dumpId === 13 || dumpId === 16)
  expect([...only.keys()]).toEqual([13, 16])
})

test('large objects of before 17: one list without an id', async () => {
  const of = [largeObject(2, 7), rowsOf(11, 'a'), largeObjectsOf(12)]
  const data: Contents = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
    [11, copied('1')],
    [12, new Map([[7, Buffer.from('seven')]])],
  ])
  const members = tarMembers({ header: header(), entries: of }, data).map(
    ([name, content]) => [name.replace('blobs_12', 'blobs'), content] as const,
  )
  expect(await contentsOf(await openTar(fileOf(tarOf(members)).file))).toEqual(data)
})

describe('damage:', () => {
  const members = tarMembers(sample, contents)
  const without = (name: string) => members.filter(([found]) => found !== name)
  const renamed = (from: string, to: string) =>
    members.map(([name, content]) => [name === from ? to : name, content] as const)

  test('cut at every block, and between', async () => {
    for (let length = 0; length < bytes.length; length += 171) {
      const { code } = await failure(bytes.subarray(0, length))
      expect(code, `${length} bytes`).toBe('ARCHIVE.TRUNCATED')
    }
  })

  test.each(members.map(([name]) => name).filter((name) => /^\d/.test(name)))('without %s', async (name) => {
    const dumpId = Number.parseInt(name, 10)
    expect(await failure(tarOf(without(name)))).toMatchObject({ code: 'ARCHIVE.MISSING_FILE', meta: { dumpId } })
  })

  test('without a large object', async () => {
    expect((await failure(tarOf(without('blob_90001.dat')))).message).toContain('Large object 90001')
  })

  test('without the large objects at the end', async () => {
    const cut = members.filter(([name]) => !/90003|_16/.test(name))
    expect(await failure(tarOf(cut))).toMatchObject({ code: 'ARCHIVE.MISSING_FILE', meta: { dumpId: 16 } })
  })

  test('large objects that end without their list', async () => {
    const cut = members.filter(([name]) => !/blobs_16|restore/.test(name))
    expect(await failure(tarOf(cut))).toMatchObject({ code: 'ARCHIVE.MISSING_FILE', meta: { dumpId: 16 } })
  })

  const unknown: [string, readonly (readonly [string, Buffer])[]][] = [
    ['a member twice', members.flatMap((member) => (member[0] === '11.dat' ? [member, member] : [member]))],
    ['rows of no entry', renamed('11.dat', '99.dat')],
    ['rows of an entry without data', renamed('11.dat', '1.dat')],
    ['rows in place of large objects', renamed('11.dat', '15.dat')],
    ['rows by a name with a zero before it', renamed('11.dat', '011.dat')],
    ['another list of large objects', renamed('blobs_15.toc', 'blobs_16.toc')],
    ['a list without large objects before it, in the rows', renamed('11.dat', 'blobs_11.toc')],
    ['a large object too many', [...members.slice(0, -1), ['blob_1.dat', Buffer.from('1')]]],
    ['a second toc.dat', [...members, members[0] as [string, Buffer]]],
  ]
  for (const canSeek of [true, false]) {
    test.each(unknown)(`%s, ${canSeek ? 'a file' : 'a pipe'}`, async (_, found) => {
      const error = await failure(tarOf(found), { canSeek })
      expect(error.code).toBe('ARCHIVE.CORRUPT')
      expect(error.message).toMatch(/\.(dat|toc)|Large object/)
    })
  }

  test('damage shows whatever is wanted', async () => {
    expect((await failure(tarOf(without('13.dat')), {}, ({ dumpId }) => dumpId === 11)).code).toBe(
      'ARCHIVE.MISSING_FILE',
    )
  })

  test('no archive of pg_dump', async () => {
    for (const canSeek of [true, false]) {
      expect((await failure(tarOf(members.slice(1)), { canSeek })).code).toBe('ARCHIVE.BAD_MAGIC')
      expect((await failure(tarOf([]), { canSeek })).code).toBe('ARCHIVE.BAD_MAGIC')
    }
  })

  test('something behind the table of contents, or something else in its place', async () => {
    const [[, toc] = ['', Buffer.alloc(0)], ...others] = members
    const longer = tarOf([['toc.dat', Buffer.concat([toc, Buffer.alloc(3)])], ...others])
    const shorter = tarOf([['toc.dat', toc.subarray(0, -1)], ...others])
    for (const canSeek of [true, false]) {
      expect(await failure(longer, { canSeek })).toMatchObject({
        code: 'ARCHIVE.TRAILING',
        meta: { offset: toc.length },
      })
      expect((await failure(shorter, { canSeek })).code).toBe('ARCHIVE.TRUNCATED')
    }
  })

  test('rows without their end marker', async () => {
    const data = new Map([...contents, [13, Buffer.from('1\n')]])
    expect(await failure(tarArchive(sample, data))).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 13 } })
  })
})
