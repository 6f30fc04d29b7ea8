import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zstdDecompressSync } from 'node:zlib'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Stock, stockFor } from '../../../engine-postgres/test/support/stock.ts'
import { openArchive, writeCustom, writeDirectory } from '../../src/index.ts'
import { streamRanges } from './fuzz/stream-ranges.ts'

/** Rows and a large object of several megabytes each, which are several frames, and small ones beside them. */
const database = `
  CREATE TABLE large AS SELECT i, md5(i::text) || md5((-i)::text) AS text FROM generate_series(1, 60000) i;
  CREATE TABLE small AS SELECT i FROM generate_series(1, 10) i;
  CREATE TABLE nothing (a int);
  SELECT lo_from_bytea(90001, decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200000) i), 'hex'));
  SELECT lo_from_bytea(90002, '\\x00');
`
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/** The frames of stored data: what begins with the magic number and can be decoded by itself. */
function framesOf(stored: Buffer): Buffer[] {
  const starts: number[] = []
  for (let at = stored.indexOf(magic); at !== -1; at = stored.indexOf(magic, at + 1)) starts.push(at)
  return starts.map((from, index) => zstdDecompressSync(stored.subarray(from, starts[index + 1])))
}

for (const major of [17, 18] as const) {
  describe(`several zstd frames in the data of one entry, restored by pg_restore ${major}:`, () => {
    let server: TestServer
    let stock: Stock
    let folder: string
    const at = (name: string) => path.join(folder, name)
    const theirs = () => openArchive(at('theirs.dump'), { decode: 'latin1' })
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'pgark-frames-'))
      server = await startServer(major)
      stock = stockFor(server)
      await server.createDatabase('source')
      await server.query(database, 'source')
      await stock.dump('source', at('theirs.dump'), '--format=custom', '--compress=none')
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true })
    })

    async function restored(archive: string, ...args: string[]): Promise<void> {
      await server.createDatabase('target', 'TEMPLATE template0')
      expect(await stock.restore([...args, '--exit-on-error', archive], 'target')).toEqual([])
      expect((await compareDatabases(server, 'source', 'target')).differences).toEqual([])
      await server.query('DROP DATABASE target')
    }

    /** Of the data that are large, so that there must be several; by streams of the archive. */
    function expectSeveralFrames(streams: ReadonlyMap<string, Buffer>): void {
      const counts = [...streams.values()].map((stored) => framesOf(stored).length)
      expect(counts.filter((count) => count >= 3)).toHaveLength(2)
      expect(counts.every((count) => count >= 1)).toBe(true)
      expect(streams.size).toBe(5)
    }

    test('custom', async () => {
      const { archive, readData } = await theirs()
      const ours = at('ours.dump')
      await pipeline(writeCustom(archive, readData(), { codec: 'zstd', encode: 'latin1' }), createWriteStream(ours))
      const bytes = await readFile(ours)
      const streams = new Map<string, Buffer>()
      const sample = { name: 'ours', format: 'custom', codec: 'zstd', files: new Map([['archive', bytes]]) } as const
      for (const { stream = '', from, to } of streamRanges(sample))
        streams.set(stream, Buffer.concat([streams.get(stream) ?? Buffer.alloc(0), bytes.subarray(from, to)]))
      expectSeveralFrames(streams)
      await restored(ours)
      await restored(ours, '--jobs=4')
    })

    test('directory', async () => {
      const { archive, readData } = await theirs()
      const ours = at('ours')
      await mkdir(ours)
      const sink = {
        write: (name: string, body: AsyncIterable<Uint8Array>) => writeFile(path.join(ours, name), body),
      }
      await writeDirectory(archive, readData(), sink, { codec: 'zstd', encode: 'latin1' })
      const streams = new Map<string, Buffer>()
      for (const name of await readdir(ours))
        if (name.endsWith('.zst')) streams.set(name, await readFile(path.join(ours, name)))
      expectSeveralFrames(streams)
      await restored(ours)
      await restored(ours, '--jobs=4')
    })
  })
}
