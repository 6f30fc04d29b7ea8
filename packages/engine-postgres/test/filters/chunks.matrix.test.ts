import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type FilterInput, sql } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'

const megabyte = 1024 * 1024

/** Filters, the same rows by hand, and whether the table can be read in parts for them. */
const filters: Readonly<Record<string, { filter: FilterInput; where: string; isInChunks: boolean }>> = {
  'a condition on the row': { filter: sql`id % 3 = ${0}`, where: 'id % 3 = 0', isInChunks: true },
  'that chooses no row': { filter: sql`id < ${0}`, where: 'false', isInChunks: true },
  'that chooses rows of one chunk': {
    filter: sql`id BETWEEN ${5} AND ${900}`,
    where: 'id BETWEEN 5 AND 900',
    isInChunks: true,
  },
  'many values': {
    filter: sql`id IN (SELECT unnest(${Array.from({ length: 100_000 }, (_, i) => i * 3)}::int[]))`,
    where: 'id % 3 = 0 AND id < 300000',
    isInChunks: true,
  },
  'a whole query, by rank': {
    filter: 'SELECT * FROM t ORDER BY note, id LIMIT 70000',
    where: 'id IN (SELECT id FROM t ORDER BY note, id LIMIT 70000)',
    isInChunks: false,
  },
}

describe.each([13, 17] as const)('PostgreSQL %i: a large table with a filter', (major) => {
  let server: TestServer
  let database: string
  beforeAll(async () => {
    server = await startServer(major)
    database = await databaseWith(
      server,
      'CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300000) i; CREATE INDEX ON t (id)',
    )
  })
  afterAll(() => server.stop())

  test.each(Object.entries(filters))('%s', async (name, { filter, where, isInChunks }) => {
    const oracle = path.join(server.dataDir, `oracle-${name.length}`)
    await server.query(
      `SET synchronize_seqscans = off; SET enable_indexscan = off; SET enable_bitmapscan = off;
       COPY (SELECT * FROM t WHERE ${where} ORDER BY ctid) TO '${oracle}'`,
      database,
    )
    const expected = lines(await readFile(oracle))
    const options = { filters: { t: filter }, compression: 'none' as const, format: 'directory' }
    const digests = new Set<string | undefined>()
    for (const form of [{ jobs: 3, chunkSizeBytes: 4 * megabyte }, { jobs: 1 }]) {
      const { start, folder } = await prepare(server, database, { ...options, ...form })
      const { id, tables } = await start()
      const [table] = tables
      const stored = await readFile(path.join(folder, id, table?.object ?? ''))
      expect(lines(stored).sort()).toEqual(['', '', '\\.', ...expected].sort())
      expect(table?.rows).toBe(expected.length)
      expect((table?.chunks?.length ?? 0) > 1).toBe(isInChunks && major > 13 && form.jobs === 3)
      digests.add(table?.digest)
    }
    expect(digests.size).toBe(1)
  })
})

/** Without what stands behind the last line end. */
const lines = (text: Buffer) => text.toString().split('\n').slice(0, -1)
