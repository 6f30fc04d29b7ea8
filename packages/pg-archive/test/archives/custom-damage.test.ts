import { describe, expect, test } from 'vitest'
import { ArchiveError, openCustom, readToc, type TocEntry, writeToc } from '../../src/index.ts'
import { cutAt } from '../bytes.ts'
import { block, customArchive } from './custom-made.ts'
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
  table,
} from './sample-archive.ts'
import { fileOf, type Source } from './sample-file.ts'

async function failure(bytes: Buffer, source: Source = {}, isWanted?: (entry: TocEntry) => boolean) {
  const { file, use } = fileOf(bytes, source)
  try {
    await contentsOf(await openCustom(file), isWanted)
  } catch (error) {
    expect(use.closed, 'the source was closed').toBe(use.opened)
    if (error instanceof ArchiveError) return error
    throw error
  }
  throw new Error('the archive was read')
}

const small = [table(1, 'a'), largeObject(2, 7), rowsOf(11, 'a'), rowsOf(12, 'b'), largeObjectsOf(13)]
const smallContents: Contents = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
  [11, copied('1')],
  [12, copied('2')],
  [13, new Map([[7, Buffer.from('seven')]])],
])
const make = (of: readonly TocEntry[] = small, data = smallContents, offsets = true) =>
  customArchive(header(), of, data, { offsets })
const tocOf = (of: readonly TocEntry[]) => writeToc({ header: header(), entries: of })
const blockOf = (dumpId: number) => block(dumpId, smallContents.get(dumpId) as Buffer)

describe('cut at every byte, nothing is accepted:', () => {
  const compressed = header({ compression: { algorithm: 'gzip', level: undefined } })
  const archives: [string, Buffer][] = [
    ['with places', make()],
    ['without places', make(small, smallContents, false)],
    ['gzip', customArchive(compressed, small, smallContents, { offsets: true, chunkBytes: 9 })],
  ]
  for (const canSeek of [true, false]) {
    test.each(archives)(`%s, ${canSeek ? 'a file' : 'a pipe'}`, async (_, bytes) => {
      for (let length = 0; length < bytes.length; length++) {
        const { code, meta } = await failure(bytes.subarray(0, length), { canSeek, chunkBytes: 1000 })
        expect(code, `${length} bytes`).toBe('ARCHIVE.TRUNCATED')
        expect(meta.offset ?? meta.dumpId, `${length} bytes`).toBeTypeOf('number')
      }
      expect(await contentsOf(await openCustom(fileOf(bytes, { canSeek }).file))).toEqual(smallContents)
    })
  }

  test('a single table, cut before it', async () => {
    const bytes = make()
    const place = bytes.lastIndexOf(blockOf(12))
    const error = await failure(bytes.subarray(0, place - 3), {}, ({ dumpId }) => dumpId === 12)
    expect(error).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 12 } })
  })
})

describe('damage of blocks is told with its place:', () => {
  const toc = tocOf(small)
  const withBlocks = (...blocks: Buffer[]) => Buffer.concat([toc, ...blocks])
  const patched = (bytes: Buffer, at: number, ...put: number[]) => {
    const copy = Buffer.from(bytes)
    copy.set(put, at)
    return copy
  }
  const [first, second, objects] = [blockOf(11), blockOf(12), blockOf(13)]
  const cases: [string, Buffer, RegExp][] = [
    ['a type of no block', withBlocks(patched(first, 0, 2), second, objects), /the type of a block/],
    ['a block for an unknown id', withBlocks(patched(first, 2, 99), second, objects), /the dump id of a block/],
    ['a block for an entry without data', withBlocks(patched(first, 2, 1), second, objects), /the dump id of a block/],
    ['a negative dump id', withBlocks(patched(first, 1, 1), second, objects), /the dump id of a block/],
    ['twice the same block', withBlocks(first, first, second, objects), /the dump id of a block/],
    ['rows where large objects should be', withBlocks(first, second, block(13, copied())), /the type of a block/],
    ['large objects where rows should be', withBlocks(block(11, new Map()), second, objects), /the type of a block/],
    ['a negative length', withBlocks(patched(first, 6, 1), second, objects), /the length of the data of entry 11/],
    ['an oid that is none', withBlocks(first, second, patched(objects, 6, 1)), /the oid of a large object/],
  ]
  for (const canSeek of [true, false]) {
    test.each(cases)(`%s, ${canSeek ? 'a file' : 'a pipe'}`, async (_, bytes, message) => {
      const error = await failure(bytes, { canSeek })
      expect(error.code).toBe('ARCHIVE.CORRUPT')
      expect(error.message).toMatch(message)
      expect(error.meta.offset).toBeGreaterThanOrEqual(toc.length)
    })
  }

  const trailing = [
    ['a block that was there', blockOf(12)],
    ['another archive', make()],
    ['a zero', Buffer.from([0])],
  ] as const
  for (const canSeek of [true, false]) {
    test.each(trailing)(`behind the last block: %s, ${canSeek ? 'a file' : 'a pipe'}`, async (_, bytes) => {
      const { length } = make()
      for (const offsets of [true, false]) {
        const error = await failure(Buffer.concat([make(small, smallContents, offsets), bytes]), { canSeek })
        expect(error).toMatchObject({ code: 'ARCHIVE.TRAILING', meta: { offset: length } })
        expect(error.message).toBe(`Something follows the end of the archive (at offset ${length})`)
      }
    })
  }

  describe('behind the last block the table of contents again, as pg_dump leaves it where the shell opened the file:', () => {
    const headLength = tocOf([]).length - 1 - header().intSize
    /** Those of the second one say where the data are, the first do not. */
    const again = make().subarray(headLength, make().indexOf(blockOf(11)))
    const withAgain = (tail: Buffer) => Buffer.concat([make(small, smallContents, false), tail])
    for (const canSeek of [true, false]) {
      test(`is no damage, ${canSeek ? 'a file' : 'a pipe'}`, async () => {
        const { file } = fileOf(withAgain(again), { canSeek, chunkBytes: 7 })
        expect(await contentsOf(await openCustom(file))).toEqual(smallContents)
      })

      test(`is damage where it is cut, changed or goes on, ${canSeek ? 'a file' : 'a pipe'}`, async () => {
        for (let length = 1; length < again.length; length++) {
          expect((await failure(withAgain(again.subarray(0, length)), { canSeek })).code).toBe('ARCHIVE.TRAILING')
        }
        const other = Buffer.from(again)
        other[other.lastIndexOf('public')] = 'q'.charCodeAt(0)
        for (const tail of [other, Buffer.concat([again, again]), Buffer.concat([again, Buffer.from([0])])]) {
          expect((await failure(withAgain(tail), { canSeek })).code).toBe('ARCHIVE.TRAILING')
        }
      })
    }
  })

  test('behind the table of contents of an archive without data', async () => {
    const empty = tocOf([table(1, 'a')])
    for (const canSeek of [true, false]) {
      expect(await contentsOf(await openCustom(fileOf(empty, { canSeek }).file))).toEqual(new Map())
      const error = await failure(Buffer.concat([empty, Buffer.from('\n')]), { canSeek })
      expect(error).toMatchObject({ code: 'ARCHIVE.TRAILING', meta: { offset: empty.length } })
    }
  })

  test('a pipe of which nothing is wanted shows it too', async () => {
    const error = await failure(Buffer.concat([make(), blockOf(12)]), { canSeek: false }, () => false)
    expect(error.code).toBe('ARCHIVE.TRAILING')
  })

  test('a length beyond the end, in integers of every size', async () => {
    for (const intSize of [4, 5, 6, 7, 8]) {
      const wide = writeToc({ header: header({ intSize }), entries: small })
      const int = (value: number, last = 0) => {
        const bytes = Buffer.alloc(1 + intSize)
        bytes[1] = value
        bytes[intSize] = last
        return bytes
      }
      const bytes = Buffer.concat([wide, Buffer.from([1]), int(11), int(1, 0x7f), Buffer.from('few')])
      const { code, message } = await failure(bytes)
      expect(message).toContain('the data of entry 11')
      // More than 2^53 are no number, and no length of anything.
      expect(code).toBe(intSize < 7 ? 'ARCHIVE.TRUNCATED' : 'ARCHIVE.CORRUPT')
    }
  })

  test('an oid of more than 32 bits', async () => {
    const wide = writeToc({ header: header({ intSize: 8 }), entries: small })
    const bytes = Buffer.concat([wide, Buffer.from([3, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])])
    expect((await failure(bytes)).message).toContain('the oid of a large object')
  })
})

describe('places in the table of contents that are wrong:', () => {
  const bytes = make()
  const { entries: placed, tocEnd } = readToc(bytes)
  const moved = (dumpId: number, offset: bigint) =>
    Buffer.concat([
      tocOf(placed.map((entry) => (entry.dumpId === dumpId ? { ...entry, data: { kind: 'block', offset } } : entry))),
      bytes.subarray(tocEnd),
    ])
  const other = placed.find(({ dumpId }) => dumpId === 11)?.data as { offset: bigint }
  const cases: [string, bigint, string][] = [
    ['at another block', other.offset, 'ARCHIVE.CORRUPT'],
    ['within a block', other.offset + 3n, 'ARCHIVE.CORRUPT'],
    ['in the table of contents', 10n, 'ARCHIVE.CORRUPT'],
    ['at the end', BigInt(bytes.length), 'ARCHIVE.TRUNCATED'],
    ['beyond the end', 2n ** 40n, 'ARCHIVE.TRUNCATED'],
    ['beyond every number', 2n ** 64n - 1n, 'ARCHIVE.CORRUPT'],
  ]
  test.each(cases)('%s', async (_, offset, code) => {
    const picked = await failure(moved(12, offset), {}, ({ dumpId }) => dumpId === 12)
    expect(picked.code).toBe(code)
    expect(picked.meta.offset).toBeTypeOf('number')
    // Who reads everything comes by the block itself, which is not where it should be.
    for (const canSeek of [true, false])
      expect((await failure(moved(12, offset), { canSeek })).code).toBe('ARCHIVE.CORRUPT')
  })
})

describe('data that are not whole:', () => {
  test('rows without their end marker, or with something behind it', async () => {
    const wrong = ['1\n', '', '1\n\\.\n', '1\n\\.\n\n', '1\\.\n\n\n', '1\n\\.\n\n\n\n', '1\n\\.\n\n\n2\n']
    for (const rows of wrong) {
      const error = await failure(make(small, new Map([...smallContents, [12, Buffer.from(rows)]])))
      expect(error, JSON.stringify(rows)).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 12 } })
      expect(error.message).toContain('the data of entry 12')
    }
  })

  test('INSERT statements without theirs', async () => {
    for (const text of ['', 'INSERT INTO a VALUES (1);\n']) {
      const data = new Map([...contents, [14, Buffer.from(text)]])
      expect(await failure(make(entries, data))).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 14 } })
    }
  })

  test('large objects that are missing, unknown or there twice', async () => {
    const seven = Buffer.from('seven')
    const objects = (...found: [number, Buffer][]) => make(small, new Map([...smallContents, [13, new Map(found)]]))
    expect(await failure(objects())).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 13 } })
    expect((await failure(objects([7, seven], [8, seven]))).message).toContain('Large object 8')
    const twice = objects([7, seven], [8, seven])
    twice[twice.lastIndexOf(Buffer.from([8, 0, 0, 0, 0, 5]))] = 7
    expect(await failure(twice)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 13 } })
    // Each group has its own.
    const swapped = new Map([...contents, [15, contents.get(16)], [16, contents.get(15)]]) as Contents
    expect((await failure(make(entries, swapped))).message).toContain('Large object 90003 of entry 15')
  })

  test('of large objects that no entry creates nothing is known', async () => {
    const data = new Map([[13, new Map([[8, Buffer.from('eight')]])]])
    const bytes = make([largeObjectsOf(13)], data)
    expect(await contentsOf(await openCustom(fileOf(bytes).file))).toEqual(data)
  })

  test('nor to which of several contents they belong, without groups', async () => {
    const data = new Map([
      [13, new Map([[7, Buffer.from('seven')]])],
      [14, new Map([[8, Buffer.from('eight')]])],
    ])
    const bytes = make([largeObject(2, 7), largeObject(3, 8), largeObjectsOf(13, [2]), largeObjectsOf(14)], data)
    expect(await contentsOf(await openCustom(fileOf(bytes).file))).toEqual(data)
  })

  test('compressed data that are damaged are told with what they belong to', async () => {
    const bytes = customArchive(header({ compression: { algorithm: 'gzip', level: undefined } }), small, smallContents)
    const flipped = (at: number) => {
      const copy = Buffer.from(bytes)
      copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at)
      return copy
    }
    const error = await failure(flipped(readToc(bytes).tocEnd + 6 + 5 + 4))
    expect(error).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 11 } })
    expect(error.message).toMatch(/^In the data of entry 11: The gzip data/)
    expect((await failure(flipped(bytes.length - 11))).message).toMatch(/^In large object 7: The gzip data/)
  })
})

test('an error of the source is passed on as it is', async () => {
  const bytes = make()
  const gone = new Error('the disk is gone')
  async function* broken(start: number) {
    yield bytes.subarray(start, bytes.length - 30)
    throw gone
  }
  await expect(openCustom({ canSeek: false, read: broken })).rejects.toBe(gone)
  const reader = await openCustom({ canSeek: true, read: (start) => (start > 0 ? broken(start) : cutAt(bytes)) })
  await expect(contentsOf(reader)).rejects.toBe(gone)
})
