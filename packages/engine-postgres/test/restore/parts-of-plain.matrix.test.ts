import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'
import { targetAt, targetWith } from './target.ts'

const content = `
  CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('good', 'bad');
  CREATE TABLE shop.papers (id serial PRIMARY KEY, day date, mood shop.mood DEFAULT 'good', next int REFERENCES shop.papers);
  INSERT INTO shop.papers (day) SELECT '2026-01-01'::date + n FROM generate_series(1, 20) n;
  CREATE TABLE shop.empty (); CREATE TABLE shop.parts (id int) PARTITION BY LIST (id);
  CREATE TABLE shop.one PARTITION OF shop.parts FOR VALUES IN (1); INSERT INTO shop.parts VALUES (1);
  CREATE MATERIALIZED VIEW shop.days AS SELECT day FROM shop.papers;
  CREATE TABLE shop.other (note text DEFAULT 'x'); INSERT INTO shop.other VALUES (E'\\\\.\\n-- PostgreSQL database dump complete');
  SELECT lo_from_bytea(4711, '\\x00ff'); SELECT lo_create(4712); COMMENT ON LARGE OBJECT 4712 IS 'empty'`
const facts = `
  SELECT (SELECT count(*)::int FROM copy.papers) AS papers, (SELECT count(*)::int FROM copy.days) AS days,
         (SELECT note FROM copy.other) AS note, (SELECT count(*)::int FROM copy.one) AS one,
         lo_get(4711)::text AS object, lo_get(4712)::text AS empty, obj_description(4712, 'pg_largeobject') AS comment,
         nextval('copy.papers_id_seq')::int AS next`

describe('a plain backup with its manifest', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(17)
  })
  afterAll(() => server.stop())

  const sourceAndBackup = async (name: string, options = {}) => {
    const database = await databaseWith(server, content)
    const location = path.join(await tempFolder(), name)
    await backup({ engine: engineFor(server, database), to: file(location), ...options })
    return { database, location }
  }

  test.each(['dump.sql', 'dump.sql.zst', 'dump.sql.gz'])(
    'goes into a new database under new names (%s)',
    async (name) => {
      const { database, location } = await sourceAndBackup(name)
      const { restore, query } = targetAt(server, `${database}_new`)
      const report = await restore(location, {
        createDatabase: true,
        renameSchemas: { shop: 'copy' },
        definitions: true,
      })
      expect(report.findings).toEqual([])
      expect(report).toMatchObject({ rows: 22 })
      expect(await query(facts)).toEqual([
        {
          ...{ papers: 20, days: 20, note: '\\.\n-- PostgreSQL database dump complete', one: 1, next: 21 },
          ...{ object: '\\x00ff', empty: '\\x', comment: 'empty' },
        },
      ])
    },
  )

  test('gives what is selected of it with what that needs, and nothing else', async () => {
    const { location } = await sourceAndBackup('dump.sql')
    const { restore, objects, query } = await targetWith(server)
    const report = await restore(location, { tables: ['shop.papers', 'shop.other'] })
    expect(report.tables.map(({ name, rows }) => `${name} ${rows}`)).toEqual(['other 1', 'papers 20'])
    expect(await objects()).toEqual(['shop'])
    const names = await query(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'shop'::regnamespace ORDER BY 1",
    )
    expect(names.map(({ name }) => name)).toEqual(['other', 'papers', 'papers_id_seq', 'papers_pkey'])
  })

  test('keeps triggers and foreign keys off where it was written so, in a part, too', async () => {
    const database = await databaseWith(server, content)
    await server.query('UPDATE shop.papers SET next = 21 - id', database)
    const location = path.join(await tempFolder(), 'rows.sql')
    await backup({ engine: engineFor(server, database), to: file(location), dataOnly: true, disableTriggers: true })
    const { restore, query } = await targetWith(server, content.replaceAll(/INSERT .*?;|SELECT lo_.*/g, ''))
    await restore(location, { sections: ['data'] })
    expect(await query('SELECT next FROM shop.papers WHERE id = 1')).toEqual([{ next: 20 }])
  })

  test('in another encoding has the bytes that it was written with', async () => {
    const database = 'latin'
    await server.createDatabase(database, "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    await server.query(
      'CREATE SCHEMA shop; CREATE TABLE shop."Café" (note text DEFAULT \'é\'); INSERT INTO shop."Café" VALUES (\'crème\')',
      database,
    )
    for (const [encoding, at] of [
      [undefined, 'own'],
      ['UTF8', 'utf8'],
    ] as const) {
      const location = path.join(await tempFolder(), `${at}.sql`)
      await backup({ engine: engineFor(server, database), to: file(location), ...(encoding && { encoding }) })
      const { restore, query } = targetAt(server, `${database}_${at}`)
      const report = await restore(location, { createDatabase: true, tables: ['shop.*'] })
      expect(report.tables).toMatchObject([{ schema: 'shop', rows: 1 }])
      expect(await query('SELECT note FROM shop."Café"')).toEqual([{ note: 'crème' }])
    }
  })

  test.each([
    { name: 'dump.sql', part: { tables: ['shop.other'] } },
    { name: 'dump.sql', part: { sections: ['pre-data', 'data'] as const } },
    { name: 'shop.dump', part: { tables: ['shop.other'], singleTransaction: true } },
  ])('$part of $name are read back: what the target changes is not kept', async ({ name, part }) => {
    const { location } = await sourceAndBackup(name)
    const { restore, objects, query } = await targetWith(server)
    const before = await objects()
    await query(`
      CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := 'y'; RETURN NEW; END$$;
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN
        IF to_regclass('shop.other') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'changes') THEN
          CREATE TRIGGER changes BEFORE INSERT ON shop.other FOR EACH ROW EXECUTE FUNCTION public.change();
        END IF; END$$;
      CREATE EVENT TRIGGER watches ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch()`)
    await expect(restore(location, part)).rejects.toMatchObject({
      code: 'DAMAGE.DIGEST',
      message: expect.stringContaining('shop.other has 1 rows as the backup has, but not the same ones'),
    })
    expect(await objects()).toEqual([...before, 'change', 'watch'])
  })

  test('of some rows goes under new names, with what is said of them', async () => {
    const { location, database } = await sourceAndBackup('dump.sql.zst', {
      filters: { 'shop.papers': 'SELECT * FROM shop.papers WHERE id <= 5' },
    })
    const { restore, query } = targetAt(server, database)
    const report = await restore(location, { schemas: ['shop'], renameSchemas: { shop: 'copy' } })
    expect(report.tables).toContainEqual(expect.objectContaining({ schema: 'copy', name: 'papers', rows: 5 }))
    expect(await query('SELECT count(*)::int AS rows FROM copy.days')).toEqual([{ rows: 5 }])
  })

  test('without it can only be restored as it is', async () => {
    const { location } = await sourceAndBackup('dump.sql')
    await rm(`${location}.json`)
    const { restore, objects } = await targetWith(server)
    for (const options of [{ renameSchemas: { shop: 'copy' } }, { tables: ['shop.papers'] }]) {
      await expect(restore(location, options)).rejects.toMatchObject({
        code: 'USAGE.OPTIONS',
        message: expect.stringContaining('is a plain dump of which no table of contents is known'),
      })
    }
    expect(await objects()).toEqual([])
  })

  test('that was changed since is refused, and nothing is kept', async () => {
    const { location } = await sourceAndBackup('dump.sql')
    const script = await readFile(location, 'latin1')
    await writeFile(location, script.replace('("id", "day"', '("day", "id"'), 'latin1')
    const { restore, objects } = await targetWith(server)
    await expect(restore(location, { renameSchemas: { shop: 'copy' } })).rejects.toMatchObject({
      code: /^(DAMAGE|ARCHIVE)\./,
    })
    expect(await objects()).toEqual([])
  })
})
