import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { decompress } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDigests } from '../../src/copy/digest.ts'
import { openSession, prepare, restored } from '../snapshot/run-backup.ts'

const megabyte = 1024 * 1024
/** Tables whose rows lie in many blocks, each in its own way; `least` is the fewest chunks of 4 MB. */
const tables = {
  'with narrow rows': {
    least: 3,
    sql: `CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300000) i`,
  },
  'with empty blocks, dead rows and rows that moved': {
    least: 3,
    sql: `CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300000) i;
      DELETE FROM t WHERE id BETWEEN 50000 AND 200000;
      UPDATE t SET note = note || 'x' WHERE id % 3 = 0`,
  },
  'whose values lie in TOAST, and few blocks elsewhere': {
    least: 2,
    sql: `CREATE TABLE t (id int, note text);
      ALTER TABLE t ALTER note SET STORAGE EXTERNAL;
      INSERT INTO t SELECT i, repeat(md5(i::text), 1000) FROM generate_series(1, 400) i`,
  },
  'emptied by a DELETE': {
    least: 2,
    sql: `CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 200000) i; DELETE FROM t`,
  },
}

const codecs = { 13: ['zstd'], 14: ['gzip'], 18: ['none', 'zstd'] } as const

for (const major of [13, 14, 18] as const) {
  describe(`PostgreSQL ${major}: a large table in chunks`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    // What a server older than 18 does with ranges shows in one table.
    for (const [name, { least, sql }] of Object.entries(tables).slice(0, major === 18 ? undefined : 1)) {
      test.each(codecs[major])(`${name}, %s`, async (compression) => {
        const database = `chunks_${compression}_${least}_${name.length}`
        await server.createDatabase(database)
        await server.query(sql, database)
        const oracle = `${server.dataDir}/${database}`
        await server.query(`SET synchronize_seqscans = off; COPY t TO '${oracle}'`, database)
        const rows = await readFile(oracle)
        const { start, folder } = await prepare(server, database, {
          format: 'directory',
          compression,
          jobs: 3,
          chunkSizeBytes: 4 * megabyte,
        })
        const { id, tables: written } = await start()

        const table = written.find((each) => each.name === 't')
        const stored = await readFile(path.join(folder, id, table?.object ?? ''))
        const { rows: count = 0, digest = '' } = table ?? {}
        const whole = { offset: 0, sizeBytes: stored.length, sha256: sha256(stored), rows: count, digest }
        // Before 14 the server finds a range only by reading all of the table.
        const chunks = major < 14 ? [whole] : (table?.chunks ?? [])
        expect(table?.chunks === undefined).toBe(major < 14)
        expect(chunks.length).toBeGreaterThanOrEqual(major < 14 ? 1 : least)
        const parts: Buffer[] = []
        for (const chunk of chunks) {
          expect(chunk.offset).toBe(chunks.slice(0, parts.length).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
          const bytes = stored.subarray(chunk.offset, chunk.offset + chunk.sizeBytes)
          expect(sha256(bytes)).toBe(chunk.sha256)
          const text = await textOf(bytes)
          const isLast = parts.push(text) === chunks.length
          expect(lineFeeds(text) - (isLast ? 3 : 0)).toBe(chunk.rows)
        }
        // Every row once, in the order in which they lie, and the end marker once.
        expect(Buffer.concat(parts).equals(Buffer.concat([rows, Buffer.from('\\.\n\n\n')]))).toBe(true)
        expect(chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0)).toBe(stored.length)
        expect(chunks.map(({ digest }) => digest).reduce(addDigests)).toBe(table?.digest)

        const copy = await restored(server, folder, id)
        const again = `${oracle}-restored`
        await server.query(`SET synchronize_seqscans = off; COPY t TO '${again}'`, copy)
        expect((await readFile(again)).equals(rows)).toBe(true)
      })
    }
  })
}

describe('many tables, several connections', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(17, { settings: { max_locks_per_transaction: '256' } })
    await server.createDatabase('many')
    await server.query(
      `DO $$ BEGIN FOR i IN 1..700 LOOP
         EXECUTE format('CREATE TABLE t%s (id int, note text)', i);
         EXECUTE format('INSERT INTO t%s SELECT n, md5(n::text) FROM generate_series(1, %s %% 50) n', i, i);
       END LOOP; END $$`,
      'many',
    )
  })
  afterAll(() => server.stop())
  const rows = Array.from({ length: 700 }, (_, index) => (index + 1) % 50).reduce((sum, each) => sum + each)

  test('each table is read once, by whichever connection is free, and contents keep the order of the archive', async () => {
    const { start, folder } = await prepare(server, 'many', { format: 'directory', jobs: 4 })
    const { id, tables, manifest } = await start()
    expect(tables.reduce((sum, table) => sum + table.rows, 0)).toBe(rows)
    expect(new Set(tables.map(({ object }) => object)).size).toBe(700)
    expect(tables.map(({ object }) => Number.parseInt(object, 10))).toEqual(
      tables.map(({ object }) => Number.parseInt(object, 10)).toSorted((a, b) => a - b),
    )
    expect((await readdir(path.join(folder, id))).length).toBe(702)
    expect(manifest?.totals.rows).toBe(rows)
    const copy = await restored(server, folder, id)
    const { rows: counted } = await server.query(
      `SELECT sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::int)::int AS rows
       FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      copy,
    )
    expect(counted).toEqual([{ rows }])
  })

  test('a table that is locked only when its turn comes, while an ALTER waits for it: told at once, and nothing is left', async () => {
    const other = await openSession(server, 'many')
    const observer = await openSession(server, 'many')
    const waiting = Promise.withResolvers<void>()
    let altered: Promise<unknown> = Promise.resolve()
    const onStep = async (step: string) => {
      if (step !== 'defined') return
      altered = other.client.query('ALTER TABLE t7 ADD COLUMN late int')
      const waits = 'SELECT FROM pg_locks WHERE NOT granted AND pid = $1'
      while (!(await observer.client.query(waits, [other.pid])).rowCount);
      waiting.resolve()
    }
    const { start, folder } = await prepare(server, 'many', {
      format: 'directory',
      jobs: 4,
      seams: { onStep },
      // Rows are read while pg_dump works: without this the turn of t7 may come before the ALTER.
      through: (to) => ({
        ...to,
        write: async (...args) => {
          await waiting.promise
          return await to.write(...args)
        },
      }),
    })
    await expect(start()).rejects.toMatchObject({
      code: 'ENGINE.LOCKED',
      message: expect.stringContaining(`Cannot lock public.t7: process ${other.pid} `),
      retryable: true,
    })
    await altered
    expect(await readdir(folder)).toEqual([])
  })

  test('a file that cannot be written ends the others', async () => {
    let written = 0
    const { start, folder } = await prepare(server, 'many', {
      format: 'directory',
      jobs: 4,
      through: (to) => ({
        ...to,
        write: (key, body, options) => {
          written += 1
          return written === 200 ? Promise.reject(new Error('the disk is gone')) : to.write(key, body, options)
        },
      }),
    })
    await expect(start()).rejects.toThrow('the disk is gone')
    expect(written).toBeLessThan(250)
    expect(await readdir(folder)).toEqual([])
  })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const lineFeeds = (text: Buffer) => text.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0)

async function textOf(bytes: Uint8Array): Promise<Buffer> {
  async function* one() {
    yield bytes
  }
  const parts: Uint8Array[] = []
  for await (const part of decompress(one())) parts.push(part)
  return Buffer.concat(parts)
}
