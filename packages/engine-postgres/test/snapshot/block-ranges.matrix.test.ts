import { readFile } from 'node:fs/promises'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, expectNothingLeft, prepare } from './run-backup.ts'

/** Large enough to be read in ranges of blocks, each in its own way. */
const tables = {
  'with narrow rows': `CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300000) i`,
  'with empty blocks, dead rows and rows that moved': `
    CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 300000) i;
    DELETE FROM t WHERE id BETWEEN 50000 AND 200000;
    UPDATE t SET note = note || 'x' WHERE id % 3 = 0`,
  'whose values lie in TOAST': `
    CREATE TABLE t AS SELECT i AS id, (SELECT string_agg(md5((i * n)::text), '') FROM generate_series(1, 70 + i % 3) n) AS note
    FROM generate_series(1, 3000) i;
    INSERT INTO t SELECT i, repeat('y', 1000) FROM generate_series(1, 10000) i`,
  'that has children': `
    CREATE TABLE t AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 200000) i;
    CREATE TABLE child (extra int) INHERITS (t);
    INSERT INTO child SELECT i, 'of the child', i FROM generate_series(1, 200000) i`,
  'with generated and dropped columns': `
    CREATE TABLE t (gone text, id int, "Odd name" text, twice int GENERATED ALWAYS AS (id * 2) STORED);
    INSERT INTO t SELECT repeat('z', 40), i, 'a\\b' || i FROM generate_series(1, 200000) i;
    ALTER TABLE t DROP COLUMN gone`,
}

for (const major of [13, 14, 18] as const) {
  describe(`PostgreSQL ${major}: a large table`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test.each(Object.entries(tables))('%s: every row once, in the order in which they lie', async (_, sql) => {
      const database = await databaseWith(server, sql)
      const size = await server.query("SELECT pg_relation_size('t') / 8192 AS blocks", database)
      expect(Number(size.rows[0].blocks)).toBeGreaterThan(1024)
      const { start, location } = await prepare(server, database)
      const { tables: written } = await start()
      // The server's own file of the same rows.
      const oracle = `${server.dataDir}/rows-${database}`
      await server.query(`SET synchronize_seqscans = off; COPY t TO '${oracle}'`, database)
      const rows = await readFile(oracle)
      const script = await readFile(location)
      const begin = script.indexOf('FROM stdin;\n', script.indexOf('COPY "public"."t" ')) + 'FROM stdin;\n'.length
      expect(script.subarray(begin, begin + rows.length).equals(rows)).toBe(true)
      expect(script.subarray(begin + rows.length, begin + rows.length + 3).toString()).toBe('\\.\n')
      const counted = await server.query('SELECT count(*)::int AS rows FROM ONLY t', database)
      expect(written.find(({ name }) => name === 't')?.rows).toBe(counted.rows[0].rows)
    })

    test('a destination that stops reading ends every connection', async () => {
      const database = await databaseWith(server, tables['with narrow rows'])
      let taken = 0
      const { start, folder } = await prepare(server, database, {
        through: (to) => ({
          ...to,
          write: (key, body, options) => {
            async function* cut() {
              for await (const chunk of body) {
                taken += chunk.byteLength
                if (taken > 3_000_000) throw new Error('the destination is gone')
                yield chunk
              }
            }
            return to.write(key, cut(), options)
          },
        }),
      })
      await expect(start()).rejects.toThrow('the destination is gone')
      await expectNothingLeft(server, folder)
    })
  })
}
