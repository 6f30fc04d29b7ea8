import { describe, expect, test, vi } from 'vitest'
import { type ArchiveReader, openCustom, openDirectory, openTar, writeCustom, writeDirectory } from '../../src/index.ts'
import { collect } from '../bytes.ts'
import { contentsOf } from './read-contents.ts'
import { type Contents, copied, dataOf, entries, header, contents as sampleContents } from './sample-archive.ts'
import { Folder, fileOf, type Use } from './sample-file.ts'
import { tarArchive } from './tar-archive-made.ts'

/** Long enough for decompressors to be ahead of their readers. */
const noise = Array.from({ length: 30_000 }, (_, index) => String(Math.imul(index, 2_654_435_761) >>> 0))
const contents: Contents = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
  ...sampleContents,
  [11, copied(...noise)],
  [
    15,
    new Map([
      [90001, Buffer.from(noise.join())],
      [90002, Buffer.from(noise.join('+'))],
    ]),
  ],
])
const sample = { header: header(), entries }

type Opened = { reader: ArchiveReader; use: Use }

/** Every way in which an archive is read. */
const archives: [string, () => Promise<Opened>][] = [
  ...(['none', 'gzip', 'zstd'] as const).flatMap((codec) => [
    ...[true, false].map((canSeek): [string, () => Promise<Opened>] => [
      `custom, ${codec}, ${canSeek ? 'a file' : 'a pipe'}`,
      async () => {
        const bytes = await collect(writeCustom(sample, dataOf(entries, contents), { codec }))
        const { file, use } = fileOf(bytes, { canSeek, chunkBytes: 3000 })
        return { reader: await openCustom(file), use }
      },
    ]),
    [
      `directory, ${codec}`,
      async () => {
        const folder = new Folder()
        await writeDirectory(sample, dataOf(entries, contents), folder, { codec })
        return { reader: await openDirectory(folder), use: folder.use }
      },
    ] as [string, () => Promise<Opened>],
  ]),
  ...[true, false].map((canSeek): [string, () => Promise<Opened>] => [
    `tar, ${canSeek ? 'a file' : 'a pipe'}`,
    async () => {
      const { file, use } = fileOf(tarArchive(sample, contents), { canSeek, chunkBytes: 3000 })
      return { reader: await openTar(file), use }
    },
  ]),
]

/** A decompressor lets go of its source a little later than of its reader. */
const allClosed = (use: Use) => vi.waitFor(() => expect(use.closed).toBe(use.opened))

describe.each(archives)('%s:', (_, open) => {
  test('who stops between entries ends the source', async () => {
    const { reader, use } = await open()
    for await (const _ of reader.readData()) break
    await allClosed(use)
    expect(use.opened).toBeGreaterThan(0)
  })

  test('who stops in a table, and with it', async () => {
    const { reader, use } = await open()
    for await (const item of reader.readData()) {
      if (item.kind === 'table') for await (const _ of item.content) break
      break
    }
    await allClosed(use)
  })

  test('who stops in a large object, and with it', async () => {
    const { reader, use } = await open()
    stop: for await (const item of reader.readData()) {
      if (item.kind === 'table') continue
      for await (const { content } of item.objects) for await (const _ of content) break stop
    }
    await allClosed(use)
  })

  test('who stops in one thing gets the next whole', async () => {
    const { reader, use } = await open()
    const found = new Map<number, Buffer>()
    for await (const item of reader.readData()) {
      if (item.kind === 'table') {
        if (item.entry.dumpId === 11) for await (const _ of item.content) break
        else found.set(item.entry.dumpId, await collect(item.content))
        continue
      }
      for await (const { oid, content } of item.objects) {
        if (oid === 90001) for await (const _ of content) break
        else found.set(oid, await collect(content))
        if (oid === 90002) break
      }
    }
    const { 11: __, 15: objects, 16: others, ...tables } = Object.fromEntries(contents)
    expect(Object.fromEntries(found)).toEqual({
      ...tables,
      90002: (objects as Map<number, Buffer>).get(90002),
      90003: (others as Map<number, Buffer>).get(90003),
    })
    await allClosed(use)
  })

  test('who takes nothing passes over everything', async () => {
    const { reader, use } = await open()
    const seen: number[] = []
    for await (const { entry } of reader.readData()) seen.push(entry.dumpId)
    expect(seen).toEqual([11, 12, 13, 14, 15, 16])
    await allClosed(use)
  })

  test('who takes everything has everything', async () => {
    const { reader, use } = await open()
    expect(await contentsOf(reader)).toEqual(contents)
    await allClosed(use)
  })
})
