import { backup, file, type RestoreOptions, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(18)
})
afterAll(() => server.stop())

/** Restores a part of a backup of what that makes into an empty database: what is there then, and what was said. */
async function partOf(sql: string, selection: Partial<RestoreOptions>) {
  const source = await databaseWith(server, sql)
  const folder = await tempFolder()
  const { id } = await backup({ engine: engineFor(server, source), to: file(folder) })
  const database = await databaseWith(server, 'SELECT 1')
  const { findings } = await restore({ engine: engineFor(server, database), from: file(folder), id, ...selection })
  const { rows } = await server.query(
    `SELECT relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind <> 't' AND nspname !~ '^(pg_|information_schema)' ORDER BY 1`,
    database,
  )
  return { findings, relations: rows.map(({ name }) => String(name)) }
}
const leftOut = (name: string) => `${name} is left out: it needs what is not selected.`

describe('what is left out with what it needs', () => {
  test('a view that is first made without its query, and what depends on it', async () => {
    const sql = `CREATE TABLE priced (id int PRIMARY KEY, code text); CREATE TABLE rates (code text PRIMARY KEY, rate numeric);
      CREATE VIEW grouped AS SELECT p.id, p.code, count(*) AS n FROM priced p JOIN rates r USING (code) GROUP BY p.id;
      CREATE VIEW rated AS SELECT code, rate FROM rates r GROUP BY r.code;
      CREATE MATERIALIZED VIEW stored AS SELECT * FROM grouped; COMMENT ON VIEW grouped IS 'by key'`
    const { relations, findings } = await partOf(sql, { excludeTables: ['priced'] })
    expect(relations).toEqual(['rated', 'rates', 'rates_pkey'])
    expect(findings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([leftOut('MATERIALIZED VIEW public.stored'), leftOut('VIEW public.grouped')]),
    )
  })
})

describe('what is brought along', () => {
  test('for a key without overlaps, the operators that it may compare by', async () => {
    const sql = `CREATE EXTENSION btree_gist;
      CREATE TABLE rooms (id int, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
      CREATE TABLE stays (id int, room int, valid daterange, UNIQUE (id, valid WITHOUT OVERLAPS),
        FOREIGN KEY (room, PERIOD valid) REFERENCES rooms (id, PERIOD valid));
      INSERT INTO rooms VALUES (1, '[2026-01-01,2026-02-01)'); INSERT INTO stays VALUES (1, 1, '[2026-01-02,2026-01-03)')`
    for (const table of ['rooms', 'stays']) {
      const { relations } = await partOf(sql, { tables: [table] })
      expect(relations).toContain(table)
    }
  })
})
