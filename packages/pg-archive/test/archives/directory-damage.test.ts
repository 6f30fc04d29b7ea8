import { describe, expect, test } from 'vitest'
import { ArchiveError, openDirectory, readToc, type TocEntry, writeDirectory, writeToc } from '../../src/index.ts'
import { contentsOf } from './read-contents.ts'
import { contents, dataOf, entries, header } from './sample-archive.ts'
import { Folder } from './sample-file.ts'

async function made(codec: 'none' | 'gzip' | 'zstd' = 'none'): Promise<Folder> {
  const folder = new Folder()
  await writeDirectory({ header: header(), entries }, dataOf(entries, contents), folder, { codec })
  return folder
}

async function failure(folder: Folder): Promise<ArchiveError> {
  folder.asked.length = 0
  try {
    await contentsOf(await openDirectory(folder))
  } catch (error) {
    expect(folder.use.closed).toBe(folder.use.opened)
    if (error instanceof ArchiveError) return error
    throw error
  }
  throw new Error('the archive was read')
}

/** The same archive with another table of contents. */
function withEntries(folder: Folder, change: (entry: TocEntry) => TocEntry): Folder {
  const { header: of, entries: found } = readToc(folder.files.get('toc.dat') as Buffer)
  folder.files.set('toc.dat', writeToc({ header: of, entries: found.map(change) }))
  return folder
}

describe('a name that pg_dump never gives does not reach the folder:', () => {
  const names = [
    '../11.dat',
    '/etc/passwd',
    'sub/11.dat',
    '..',
    '.',
    '11.dat\x01',
    '12.dat',
    'toc.dat',
    'a',
    '11.DAT',
    'C:\\x',
  ]
  test.each(names)('rows in %j', async (name) => {
    const folder = withEntries(await made(), (entry) =>
      entry.dumpId === 11 ? { ...entry, data: { kind: 'file', name } } : entry,
    )
    expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 11 } })
    expect(folder.asked).toEqual(['toc.dat'])
  })
  test.each(['../blobs.toc', 'blobs_16.toc', '15.dat', 'blobs_15.toc/x'])('large objects in %j', async (name) => {
    const folder = withEntries(await made(), (entry) =>
      entry.dumpId === 15 ? { ...entry, data: { kind: 'file', name } } : entry,
    )
    expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 15 } })
    expect(folder.asked).toEqual(['toc.dat'])
  })
  test('two lists in one file', async () => {
    const folder = withEntries(await made(), (entry) =>
      entry.description === 'BLOBS' ? { ...entry, data: { kind: 'file', name: 'blobs.toc' } } : entry,
    )
    expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 16 } })
  })

  const lines = [
    '90001 ../secret\n',
    '90001 blob_90001.dat/../x\n',
    '90001 blob_90002.dat\n',
    '090001 blob_090001.dat\n',
    '0 blob_0.dat\n',
    '4294967296 blob_4294967296.dat\n',
    '90001  blob_90001.dat\n',
    '\n',
    `${'9'.repeat(1000)}`,
  ]
  test.each(lines)('a line of a list: %j', async (line) => {
    const folder = await made()
    folder.files.set('blobs_15.toc', Buffer.from(line))
    const error = await failure(folder)
    expect(error.code).toBe('ARCHIVE.CORRUPT')
    expect(error.message).toContain('blobs_15.toc')
    expect(folder.asked.at(-1)).toBe('blobs_15.toc')
  })
})

describe.each(['none', 'gzip', 'zstd'] as const)('%s:', (codec) => {
  test('every file is missed', async () => {
    for (const name of (await made(codec)).files.keys()) {
      const folder = await made(codec)
      folder.files.delete(name)
      if (name === 'toc.dat') {
        await expect(openDirectory(folder)).rejects.toThrow('no file toc.dat')
        continue
      }
      const error = await failure(folder)
      expect(error.code, name).toBe('ARCHIVE.MISSING_FILE')
      expect(error.message).toContain(name.replace(/\.(gz|zst)$/, ''))
    }
  })

  test('every file but an uncompressed large object is missed when it is cut, anywhere', async () => {
    const { files } = await made(codec)
    for (const [name, bytes] of files) {
      if (codec === 'none' && name.startsWith('blob_')) continue
      for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 60)) {
        // An empty file, whatever its name says, is how pg_dump writes an empty large object with lz4 and zstd.
        if (length === 0 && name === 'blob_90002.dat.zst') continue
        const folder = new Folder()
        for (const [other, content] of files) folder.files.set(other, content)
        folder.files.set(name, bytes.subarray(0, length))
        const empty = codec === 'zstd' && name.startsWith('blob_') && length === 0
        if (empty) continue
        const { code } = await failure(folder)
        expect(code, `${name}, ${length} bytes`).toBe('ARCHIVE.TRUNCATED')
      }
    }
  })
})

describe('an empty file', () => {
  for (const suffix of ['', '.gz', '.lz4', '.zst']) {
    test(`is no table (11.dat${suffix}), of rows or of INSERT statements`, async () => {
      for (const dumpId of [11, 14]) {
        const folder = await made()
        folder.files.delete(`${dumpId}.dat`)
        folder.files.set(`${dumpId}.dat${suffix}`, Buffer.alloc(0))
        expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId } })
      }
    })
  }
  for (const suffix of ['', '.lz4', '.zst']) {
    test(`may be a large object (blob_90002.dat${suffix})`, async () => {
      const folder = await made()
      folder.files.delete('blob_90002.dat')
      folder.files.set(`blob_90002.dat${suffix}`, Buffer.alloc(0))
      expect(await contentsOf(await openDirectory(folder))).toEqual(contents)
    })
  }
})

test('a list without one of its large objects, or with one twice', async () => {
  const folder = await made()
  folder.files.set('blobs_15.toc', Buffer.from('90001 blob_90001.dat\n'))
  expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { dumpId: 15 } })
  folder.files.set('blobs_15.toc', Buffer.from('90001 blob_90001.dat\n90001 blob_90001.dat\n'))
  expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 15 } })
})

test('something behind the table of contents, or behind compressed data', async () => {
  const folder = await made('gzip')
  const toc = folder.files.get('toc.dat') as Buffer
  folder.files.set('toc.dat', Buffer.concat([toc, Buffer.alloc(1)]))
  expect(await failure(folder)).toMatchObject({ code: 'ARCHIVE.TRAILING', meta: { offset: toc.length } })
  folder.files.set('toc.dat', toc)
  folder.files.set('11.dat.gz', Buffer.concat([folder.files.get('11.dat.gz') as Buffer, Buffer.from('more')]))
  const error = await failure(folder)
  expect(error).toMatchObject({ code: expect.stringMatching(/TRAILING|CORRUPT/), meta: { dumpId: 11 } })
  expect(error.message).toContain('the data of entry 11')
})

test('what is not wanted need not be there', async () => {
  const folder = await made()
  for (const name of folder.files.keys()) if (name !== 'toc.dat' && name !== '13.dat') folder.files.delete(name)
  const reader = await openDirectory(folder)
  expect(await contentsOf(reader, ({ dumpId }) => dumpId === 13)).toEqual(new Map([[13, contents.get(13)]]))
})
