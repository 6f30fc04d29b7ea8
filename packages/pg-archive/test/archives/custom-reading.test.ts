import { describe, expect, test } from 'vitest'
import { openCustom, readToc, type TocEntry } from '../../src/index.ts'
import { customArchive } from './custom-made.ts'
import { contentsOf } from './read-contents.ts'
import { type Contents, copied, header, largeObjectGroup, largeObjectsOf, rowsOf, table } from './sample-archive.ts'
import { fileOf } from './sample-file.ts'

/** Large tables around small ones. */
const entries = [
  table(1, 'a'),
  largeObjectGroup(2, [7]),
  rowsOf(11, 'large'),
  rowsOf(12, 'small'),
  rowsOf(13, 'larger'),
  largeObjectsOf(14, [2]),
  rowsOf(15, 'last'),
]
const rows = (count: number) => copied(...Array.from({ length: count }, (_, index) => `row ${index}`))
const contents: Contents = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
  [11, rows(20_000)],
  [12, rows(3)],
  [13, rows(30_000)],
  [14, new Map([[7, Buffer.from('seven')]])],
  [15, rows(2)],
])
const chunkBytes = 4096
const only =
  (...dumpIds: number[]) =>
  ({ dumpId }: TocEntry) =>
    dumpIds.includes(dumpId)
const part = (...dumpIds: number[]) => new Map(dumpIds.map((dumpId) => [dumpId, contents.get(dumpId)]))
const noted = customArchive(header(), entries, contents, { offsets: true, chunkBytes: 1000 })
const unknown = customArchive(header(), entries, contents, { chunkBytes: 1000 })
const { tocEnd } = readToc(noted)

describe('a file whose blocks are noted', () => {
  test('only what is wanted is read, in the order of the file', async () => {
    const { file, use } = fileOf(noted, { chunkBytes })
    const reader = await openCustom(file)
    const before = use.taken
    expect(before).toBeLessThan(tocEnd + 64 * 1024 + chunkBytes)
    const found = await contentsOf(reader, only(15, 12))
    expect(found).toEqual(part(12, 15))
    expect([...found.keys()]).toEqual([12, 15])
    expect(use.taken - before).toBeLessThanOrEqual(2 * chunkBytes)
    expect(use.closed).toBe(use.opened)
  })

  test('neighbours are read in one go', async () => {
    const { file, use } = fileOf(noted, { chunkBytes })
    const reader = await openCustom(file)
    expect(await contentsOf(reader, only(14, 15))).toEqual(part(14, 15))
    expect(use.opened).toBe(2)
  })

  test('nothing is read when nothing is wanted', async () => {
    const { file, use } = fileOf(noted, { chunkBytes })
    const reader = await openCustom(file)
    expect(await contentsOf(reader, () => false)).toEqual(new Map())
    expect(use).toMatchObject({ opened: 1, closed: 1 })
  })

  test('it is read as often as one likes', async () => {
    const reader = await openCustom(fileOf(noted, { chunkBytes }).file)
    for (const dumpId of [13, 11, 13]) expect(await contentsOf(reader, only(dumpId))).toEqual(part(dumpId))
    expect(await contentsOf(reader)).toEqual(contents)
  })
})

describe('a file whose blocks are not noted', () => {
  test('what is wanted is found; behind the last of it nothing is read', async () => {
    const { file, use } = fileOf(unknown, { chunkBytes })
    const reader = await openCustom(file)
    const before = use.taken
    expect(await contentsOf(reader, only(12))).toEqual(part(12))
    expect(use.taken - before).toBeLessThan((contents.get(11) as Buffer).length * 1.1)
    expect(await contentsOf(reader, only(14, 15))).toEqual(part(14, 15))
    expect(use.closed).toBe(use.opened)
  })
})

describe('a pipe', () => {
  for (const [name, bytes] of Object.entries({ noted, unknown })) {
    test(`is read to its end, whatever is wanted (${name})`, async () => {
      const { file, use } = fileOf(bytes, { chunkBytes, canSeek: false })
      expect(await contentsOf(await openCustom(file), only(12))).toEqual(part(12))
      expect(use).toEqual({ opened: 1, closed: 1, taken: bytes.length })
    })
  }

  test('may lend its chunks', async () => {
    for (const size of [1, 3, 7, 100, chunkBytes]) {
      const small = customArchive(header(), entries, new Map([...contents, [11, rows(9)], [13, rows(9)]]), {
        chunkBytes: 9,
      })
      const { file } = fileOf(small, { chunkBytes: size, canSeek: false, isLent: true })
      expect(await contentsOf(await openCustom(file), only(12, 14, 15))).toEqual(part(12, 14, 15))
    }
  })
})
