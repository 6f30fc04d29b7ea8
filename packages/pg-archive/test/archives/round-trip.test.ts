import { describe, expect, test } from 'vitest'
import { openCustom, openDirectory, readToc, writeCustom, writeDirectory } from '../../src/index.ts'
import { collect } from '../bytes.ts'
import { customArchive } from './custom-made.ts'
import { contentsOf } from './read-contents.ts'
import {
  contents,
  copied,
  dataOf,
  entries,
  header,
  largeObject,
  largeObjectsOf,
  rowsOf,
  table,
} from './sample-archive.ts'
import { Folder, fileOf } from './sample-file.ts'

const codecs = ['none', 'gzip', 'zstd'] as const
const sample = { header: header(), entries }

/** Without what belongs to the format: where data are. */
const placeless = (found: typeof entries) =>
  found.map(({ data, ...entry }) => ({ ...entry, hasData: data.kind !== 'none' }))

for (const codec of codecs) {
  describe(`${codec}:`, () => {
    test('what is written as custom is read again, from a file and from a pipe, and so on as a directory and back', async () => {
      const bytes = await collect(writeCustom(sample, dataOf(entries, contents), { codec }))
      for (const canSeek of [true, false]) {
        const { file, use } = fileOf(bytes, { canSeek })
        const reader = await openCustom(file)
        expect(reader.format).toBe('custom')
        expect(placeless(reader.archive.entries)).toEqual(placeless(entries))
        expect(reader.archive.header.compression.algorithm).toBe(codec)
        expect(await contentsOf(reader)).toEqual(contents)
        expect(use.closed).toBe(use.opened)
      }

      const folder = new Folder()
      const first = await openCustom(fileOf(bytes).file)
      await writeDirectory(first.archive, first.readData(), folder, { codec })
      expect([...folder.files.keys()].at(-1)).toBe('toc.dat')
      const middle = await openDirectory(folder)
      expect(middle.format).toBe('directory')
      expect(await contentsOf(middle)).toEqual(contents)
      expect(folder.use.closed).toBe(folder.use.opened)

      const again = await collect(writeCustom(middle.archive, middle.readData(), { codec }))
      expect(await contentsOf(await openCustom(fileOf(again).file))).toEqual(contents)
    })

    test('wherever the chunks of the source end', async () => {
      const bytes = await collect(writeCustom(sample, dataOf(entries, contents), { codec }))
      const { tocEnd } = readToc(bytes)
      // Whatever is behind the table of contents falls apart in every way.
      for (const chunkBytes of [1, 2, 3, 4, 5, 6, 7, 11, 13, 64, tocEnd - 1, tocEnd, tocEnd + 1, tocEnd + 6]) {
        const { file } = fileOf(bytes, { chunkBytes, canSeek: false })
        expect(await contentsOf(await openCustom(file)), `${chunkBytes}`).toEqual(contents)
      }
    })
  })
}

test('the files of a directory have the names that pg_dump gives them', async () => {
  const folder = new Folder()
  await writeDirectory(sample, dataOf(entries, contents), folder, { codec: 'gzip' })
  const objects = ['blob_90001.dat.gz', 'blob_90002.dat.gz', 'blobs_15.toc', 'blob_90003.dat.gz', 'blobs_16.toc']
  const rows = ['11.dat.gz', '12.dat.gz', '13.dat.gz', '14.dat.gz']
  expect([...folder.files.keys()]).toEqual([...rows, ...objects, 'toc.dat'])
  expect(folder.files.get('blobs_15.toc')?.toString()).toBe('90001 blob_90001.dat\n90002 blob_90002.dat\n')
})

describe('the oldest version that will do', () => {
  const old = [table(1, 'orders'), rowsOf(11, 'orders')]
  const rows = new Map([[11, copied('1')]])
  const minorOf = async (of: typeof entries, codec: (typeof codecs)[number]) => {
    const bytes = await collect(writeCustom({ header: header(), entries: of }, dataOf(of, rows), { codec }))
    return readToc(bytes).header.version.minor
  }

  test.each([
    ['none', 14],
    ['gzip', 14],
    ['zstd', 15],
  ] as const)('%s: 1.%i', async (codec, minor) => {
    expect(await minorOf(old, codec)).toBe(minor)
  })

  test('1.16 for partitioned tables with an access method, groups of large objects and several contents of them', async () => {
    expect(await minorOf([table(1, 'orders', { relkind: 'p' }), rowsOf(11, 'orders')], 'none')).toBe(16)
    expect(readToc(await collect(writeCustom(sample, dataOf(entries, contents)))).header.version.minor).toBe(16)
    const several = [...old, largeObjectsOf(15), largeObjectsOf(16)]
    const data = new Map<number, Buffer | Map<number, Buffer>>([...rows, [15, new Map()], [16, new Map()]])
    const folder = new Folder()
    await writeDirectory({ header: header(), entries: several }, dataOf(several, data), folder)
    expect(readToc(folder.files.get('toc.dat') as Buffer).header.version.minor).toBe(16)
    expect(folder.files.has('blobs_16.toc')).toBe(true)
  })
})

describe('archives of old pg_dumps:', () => {
  const of = [table(1, 'orders'), largeObject(2, 501), largeObject(3, 502), rowsOf(11, 'orders'), largeObjectsOf(12)]
  const data = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
    [11, copied('1', '2')],
    [
      12,
      new Map([
        [501, Buffer.from('old')],
        [502, Buffer.alloc(300, 'older ')],
      ]),
    ],
  ])
  for (const minor of [12, 13, 14]) {
    test(`1.${minor}, compressed, with one entry for all large objects`, async () => {
      const version = { major: 1, minor, revision: 0 }
      const old = header({ version, compression: { algorithm: 'gzip', level: -1 } })
      const bytes = customArchive(old, of, data, { offsets: true, chunkBytes: 7 })
      const reader = await openCustom(fileOf(bytes).file)
      expect(reader.archive.header.version).toEqual(version)
      expect(await contentsOf(reader)).toEqual(data)
      const folder = new Folder()
      await writeDirectory(reader.archive, reader.readData(), folder)
      expect(folder.files.has('blobs.toc')).toBe(true)
      expect(await contentsOf(await openDirectory(folder))).toEqual(data)
    })
  }
})

describe('strings that are no UTF-8', () => {
  const latin = [table(1, 'café', { definition: 'CREATE TABLE "café" ();\n' }), rowsOf(11, 'café')]
  const rows = new Map([[11, Buffer.concat([Buffer.from([0xe9, 0xff, 0x0a]), copied()])]])

  test('stay what they are, byte for byte, with latin1', async () => {
    const written = writeCustom({ header: header(), entries: latin }, dataOf(latin, rows), {
      encode: 'latin1',
      codec: 'none',
    })
    const bytes = await collect(written)
    expect(bytes.includes(Buffer.from('caf\xe9', 'latin1'))).toBe(true)
    await expect(openCustom(fileOf(bytes).file)).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
    const reader = await openCustom(fileOf(bytes).file, { decode: 'latin1' })
    const again = await collect(writeCustom(reader.archive, reader.readData(), { encode: 'latin1', codec: 'none' }))
    const { tocEnd } = reader.archive
    expect(again.subarray(0, tocEnd).equals(bytes.subarray(0, tocEnd))).toBe(true)
    expect(await contentsOf(await openCustom(fileOf(again).file, { decode: 'latin1' }))).toEqual(rows)
  })
})

describe('a writer is told', () => {
  const first = entries.find(({ data }) => data.kind !== 'none')
  const writers = {
    custom: async (data: ReturnType<typeof dataOf>) => void (await collect(writeCustom(sample, data))),
    directory: async (data: ReturnType<typeof dataOf>) => await writeDirectory(sample, data, new Folder()),
  }
  for (const [name, write] of Object.entries(writers)) {
    test(`${name}: what data it lacks`, async () => {
      await expect(write(dataOf([], contents))).rejects.toThrow(`No data came for entry ${first?.dumpId}.`)
    })
    test(`${name}: what data it was given twice, or for no entry`, async () => {
      const twice = [...entries, ...entries.filter(({ dumpId }) => dumpId === 13)]
      await expect(write(dataOf(twice, contents))).rejects.toThrow('Data came for entry 13, which has none, or twice.')
      const unknown = [rowsOf(99, 'orders')]
      await expect(write(dataOf(unknown, new Map([[99, copied()]])))).rejects.toThrow('Data came for entry 99')
    })
  }

  test('a directory has no toc.dat then', async () => {
    const folder = new Folder()
    await expect(writeDirectory(sample, dataOf(entries.slice(0, 8), contents), folder)).rejects.toThrow(RangeError)
    expect(folder.files.has('toc.dat')).toBe(false)
  })
})
