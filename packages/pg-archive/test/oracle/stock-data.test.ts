import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer, testData } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Stock, stockFor } from '../../../engine-postgres/test/support/stock.ts'
import { type Codec, decompress, openArchive, readToc } from '../../src/index.ts'
import { readMembers } from '../../src/tar/read-members.ts'
import { contentsOf } from '../archives/read-contents.ts'
import { collect } from '../bytes.ts'
import { customBlocks } from './custom-blocks.ts'

/** Rows that cannot be compressed, and large objects around the sizes of blocks and of pg_dump's buffers. */
const incompressible = `
  CREATE TABLE noise AS SELECT i, string_agg(md5(i::text || j), '') AS text
    FROM generate_series(1, 200) i, generate_series(1, 300) j GROUP BY i;
  CREATE TABLE nothing (a int);
  SELECT lo_from_bytea(90000 + size, decode(repeat('5a', size), 'hex')) FROM unnest('{0,1,4095,4096,65535,65536,65537}'::int[]) size;
  SELECT lo_from_bytea(80000, decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 20000) i), 'hex'));
`

for (const major of [13, 15, 17, 18] as const) {
  describe(`data as pg_dump ${major} writes it`, () => {
    let server: TestServer
    let stock: Stock
    let folder: string
    /** The files of `pg_dump --format=directory --compress=0`, without the table of contents. */
    let files: Map<string, Buffer>

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'pgark-stock-data-'))
      server = await startServer(major)
      stock = stockFor(server)
      await server.createDatabase('stored')
      await stock.psql('stored', path.join(testData(), 'traps', 'archives.sql'))
      await server.query(incompressible, 'stored')
      const plain = path.join(folder, 'plain')
      await stock.dump('stored', plain, '--format=directory', '--compress=0')
      files = new Map()
      for (const name of await readdir(plain)) files.set(name, await readFile(path.join(plain, name)))
      files.delete('toc.dat')
    })
    afterAll(async () => {
      await server.stop()
      await rm(folder, { recursive: true })
    })

    test('the members of a tar archive are the files of a directory', async () => {
      const archive = path.join(folder, 'archive.tar')
      await stock.dump('stored', archive, '--format=tar')
      const seen: string[] = []
      for await (const { name, size, body } of readMembers(createReadStream(archive, { highWaterMark: 10_000 }))) {
        seen.push(name)
        const content = await collect(body)
        expect(content).toHaveLength(size)
        if (name === 'toc.dat') expect(readToc(content).entries.length).toBeGreaterThan(50)
        else if (name !== 'restore.sql') expect(files.get(name)?.equals(content), name).toBe(true)
      }
      expect(seen.toSorted()).toEqual([...files.keys(), 'restore.sql', 'toc.dat'].toSorted())
    })

    test.each(['custom', 'tar'])('a %s archive in a file that the shell has opened', async (format) => {
      const [named, redirected] = [`${format}.named`, `${format}.redirected`].map((name) => path.join(folder, name))
      if (!named || !redirected) throw new RangeError('two paths')
      await stock.dump('stored', named, `--format=${format}`)
      await using output = await open(redirected, 'w')
      const env = { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres', PATH: process.env.PATH }
      const args = [`--format=${format}`, 'stored']
      const pgDump = spawn(stock.clients.pgDump, args, { env, stdio: ['ignore', output.fd, 'inherit'] })
      expect(await once(pgDump, 'close')).toEqual([0, null])
      const [expected, found] = await Promise.all([named, redirected].map(async (file) => await contentsIn(file)))
      expect(found?.size).toBeGreaterThan(10)
      expect(found).toEqual(expected)
    })

    const codecs: Codec[] = major >= 16 ? ['gzip', 'lz4', 'zstd'] : ['gzip']
    for (const codec of codecs) {
      // pg_dump before 16 only takes levels.
      const compress = `--compress=${major >= 16 ? codec : 6}`

      test(`${codec}: the files of a directory`, async () => {
        const target = path.join(folder, codec)
        await stock.dump('stored', target, '--format=directory', compress)
        const ending = codec === 'gzip' ? '.gz' : codec === 'zstd' ? '.zst' : '.lz4'
        let compressed = 0
        for (const [name, content] of files) {
          if (!name.endsWith('.dat')) continue
          compressed++
          const file = path.join(target, `${name}${ending}`)
          const found = await collect(decompress(createReadStream(file, { highWaterMark: 5000 }), codec))
          expect(found.equals(content), name).toBe(true)
          expect((await collect(decompress(createReadStream(file)))).equals(content), name).toBe(true)
        }
        expect(compressed).toBeGreaterThan(20)
      })

      test(`${codec}: the data blocks of a custom archive`, async () => {
        const archive = path.join(folder, `${codec}.dump`)
        await stock.dump('stored', archive, '--format=custom', compress)
        const bytes = await readFile(archive)
        const { entries, header } = readToc(bytes)
        expect(header.compression.algorithm).toBe(codec)
        const offsets = entries.flatMap(({ data }) =>
          data.kind === 'block' && data.offset ? [Number(data.offset)] : [],
        )
        const blocks = await customBlocks(bytes, Math.min(...offsets), codec)
        expect([...blocks.keys()].toSorted()).toEqual(
          [...files.keys()].filter((name) => name.endsWith('.dat')).toSorted(),
        )
        for (const [name, content] of blocks) expect(files.get(name)?.equals(content), name).toBe(true)
      })
    }
  })
}

async function contentsIn(location: string) {
  const reader = await openArchive(location)
  try {
    return await contentsOf(reader)
  } finally {
    await reader.close()
  }
}
