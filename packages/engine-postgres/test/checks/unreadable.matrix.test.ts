import { readdir } from 'node:fs/promises'
import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, expectNothingLeft, openSession, prepare, type Run } from '../snapshot/run-backup.ts'

const schema = `
  CREATE SCHEMA closed; CREATE SCHEMA "Open"; GRANT USAGE ON SCHEMA "Open" TO reader;
  CREATE TABLE fine (x int); GRANT SELECT ON fine TO reader;
  CREATE TABLE secret (x int, y int); GRANT SELECT (x) ON secret TO reader;
  CREATE TABLE "Open".parts (x int) PARTITION BY LIST (x); CREATE TABLE "Open".part PARTITION OF "Open".parts DEFAULT;
  CREATE TABLE closed.hidden (x int); GRANT SELECT ON closed.hidden TO reader;
  CREATE TABLE owned (id serial, always int GENERATED ALWAYS AS IDENTITY); GRANT SELECT ON owned TO reader;
  CREATE SEQUENCE counter; CREATE SEQUENCE open_counter; GRANT SELECT ON open_counter TO reader;
  SELECT lo_create(1001), lo_create(1002); GRANT SELECT ON LARGE OBJECT 1002 TO reader`

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}: what the role cannot read is named, all of it, before anything is read`, () => {
    let server: TestServer
    let database: string
    beforeAll(async () => {
      server = await startServer(major)
      await server.query('CREATE ROLE reader LOGIN; CREATE ROLE other LOGIN')
      database = await databaseWith(server, schema)
    })
    afterAll(() => server.stop())

    const asReader = (name: string, run: Run = {}) =>
      prepare(server, name, { ...run, postgres: { user: 'reader', ...run.postgres } })

    test('schemas, tables, sequences, large objects', async () => {
      const { start, folder } = await asReader(database, { postgres: { lockTimeoutMs: 60_000 } })
      // Somebody holds the lock that reading waits for: it is not even asked for.
      const { client } = await openSession(server, database)
      await client.query('BEGIN; LOCK TABLE fine IN ACCESS EXCLUSIVE MODE')
      const error = await rejection(start())
      expect(error).toMatchObject({
        code: 'ENGINE.UNREADABLE',
        message: [
          'The role reader may not use the schema closed, and so cannot read what is in it (closed.hidden).',
          'The role reader cannot read 3 tables: Open.part, Open.parts, public.secret.',
          'The role reader cannot read 3 sequences: public.counter, public.owned_always_seq, public.owned_id_seq.',
          'The role reader cannot read 1 large object: 1001.',
        ].join('\n'),
        hint: expect.stringContaining('GRANT USAGE ON SCHEMA closed TO reader'),
      })
      await client.query('ROLLBACK')
      await expectNothingLeft(server, folder)
    })

    test('what is left out need not be readable', async () => {
      const { start, folder } = await asReader(database, { tables: ['fine', 'open_counter'] })
      expect(await start()).toMatchObject({ tables: [{ name: 'fine' }] })
      expect(await readdir(folder)).toHaveLength(2)
      const definitions = await asReader(database, { tables: ['fine', 'owned', 'counter'], schemaOnly: true })
      await expect(definitions.start()).resolves.toMatchObject({ tables: [] })
      // The sequence of an identity column goes with its table, whatever else is selected.
      const schemas = await asReader(database, {
        schemas: ['public'],
        excludeTables: ['secret', 'counter', 'owned', 'owned_id_seq'],
      })
      await expect(schemas.start()).resolves.toMatchObject({ tables: [{ name: 'fine' }] })
    })

    test('the same selection with one right less fails, with all rights it is a backup', async () => {
      const name = await databaseWith(server, schema)
      await server.query(
        `GRANT USAGE ON SCHEMA closed TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public, "Open" TO reader;
         GRANT SELECT ON LARGE OBJECT 1001 TO PUBLIC`,
        name,
      )
      const { start } = await asReader(name)
      expect(await rejection(start())).toMatchObject({ code: 'ENGINE.UNREADABLE' })
      await server.query('GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO reader', name)
      expect((await start()).tables.map((table) => table.name)).toEqual(['part', 'hidden', 'fine', 'owned', 'secret'])
    })

    test('large objects: exactly those that the server refuses', async () => {
      const name = await databaseWith(
        server,
        `CREATE ROLE through${major}; GRANT through${major} TO reader;
         SELECT lo_create(oid) FROM generate_series(1, 8) oid;
         ALTER LARGE OBJECT 2 OWNER TO reader; ALTER LARGE OBJECT 3 OWNER TO reader; REVOKE ALL ON LARGE OBJECT 3 FROM reader;
         GRANT UPDATE ON LARGE OBJECT 4 TO reader; GRANT SELECT ON LARGE OBJECT 5 TO PUBLIC;
         GRANT SELECT ON LARGE OBJECT 6 TO through${major}; ALTER LARGE OBJECT 7 OWNER TO through${major};
         GRANT SELECT ON LARGE OBJECT 8 TO other`,
      )
      const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'reader', database: name })
      await client.connect()
      const refused: string[] = []
      for (const oid of ['1', '2', '3', '4', '5', '6', '7', '8']) {
        await client.query('SELECT lo_get($1)', [oid]).catch(() => refused.push(oid))
      }
      await client.end()
      expect(refused.length).toBeGreaterThan(2)
      expect(await rejection((await asReader(name)).start())).toMatchObject({
        message: `The role reader cannot read ${refused.length} large objects: ${refused.join(', ')}.`,
      })
      await server.query(`ALTER DATABASE "${name}" SET lo_compat_privileges = on`)
      await expect((await asReader(name)).start()).resolves.toMatchObject({ tables: [] })
    })

    test('row-level security, by who reads', async () => {
      const name = await databaseWith(
        server,
        `CREATE TABLE a (x int); ALTER TABLE a ENABLE ROW LEVEL SECURITY;
         CREATE TABLE b (x int); ALTER TABLE b ENABLE ROW LEVEL SECURITY; ALTER TABLE b OWNER TO reader;
         CREATE TABLE c (x int); ALTER TABLE c ENABLE ROW LEVEL SECURITY; ALTER TABLE c OWNER TO reader; ALTER TABLE c FORCE ROW LEVEL SECURITY;
         CREATE TABLE d (x int); CREATE POLICY nobody ON d USING (false);
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; INSERT INTO a VALUES (1)`,
      )
      const { start, folder } = await asReader(name)
      expect(await rejection(start())).toMatchObject({
        code: 'ENGINE.ROW_SECURITY',
        message: 'Row-level security may hide rows of 2 tables from the role reader: public.a, public.c.',
        hint: expect.stringContaining('BYPASSRLS'),
      })
      await expectNothingLeft(server, folder)
      const withoutRows = await asReader(name, { excludeTableData: ['a', 'c'] })
      expect((await withoutRows.start()).tables.map((table) => table.name)).toEqual(['b', 'd'])
      await expect((await asReader(name, { schemaOnly: true })).start()).resolves.toMatchObject({ tables: [] })
      await expect((await prepare(server, name)).start()).resolves.toMatchObject({ rows: 1 })
      await server.query('ALTER ROLE reader BYPASSRLS')
      await expect((await asReader(name)).start()).resolves.toMatchObject({ rows: 1 })
      await server.query('ALTER ROLE reader NOBYPASSRLS')
    })

    test('both at once, each by its code', async () => {
      const name = await databaseWith(
        server,
        `CREATE TABLE a (x int); GRANT SELECT ON a TO reader; ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE TABLE b (x int)`,
      )
      expect(await rejection((await asReader(name)).start())).toMatchObject({
        code: 'ENGINE.UNREADABLE',
        meta: { problems: [{ code: 'ENGINE.UNREADABLE' }, { code: 'ENGINE.ROW_SECURITY' }] },
      })
    })
  })
}
