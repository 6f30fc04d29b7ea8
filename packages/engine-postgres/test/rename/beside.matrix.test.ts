import { backup, file, type RestoreOptions, type RunEvent } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { linksToOriginal } from '../../src/rename/links.ts'
import { targetAt } from '../restore/target.ts'
import { connected, databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const content = `
  CREATE TYPE public.mood AS ENUM ('good', 'bad');
  CREATE SCHEMA app; CREATE EXTENSION pg_trgm SCHEMA app;
  CREATE FUNCTION app.double(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
  CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.double(1); RETURN new; END';
  CREATE TABLE app.people (id serial PRIMARY KEY, name text UNIQUE, mood public.mood DEFAULT 'good');
  CREATE TABLE app.papers (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author integer REFERENCES app.people,
    twice integer GENERATED ALWAYS AS (app.double(1)) STORED, note text DEFAULT 'app.papers', previous integer REFERENCES app.papers);
  CREATE INDEX by_note ON app.papers USING gin (note app.gin_trgm_ops);
  CREATE TRIGGER touch BEFORE UPDATE ON app.papers FOR EACH ROW EXECUTE FUNCTION app.touch();
  CREATE VIEW app.signed AS SELECT papers.id, people.name FROM app.papers JOIN app.people ON people.id = papers.author;
  CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION app.watched();
  CREATE PUBLICATION news FOR TABLE app.papers;
  INSERT INTO app.people (name) VALUES ('Ada'), ('Grace');
  INSERT INTO app.papers (author, previous) VALUES (1, NULL), (2, 1), (1, 2);
  SELECT lo_from_bytea(4711, 'x')`
const watched =
  'CREATE SCHEMA app; CREATE FUNCTION app.watched() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;'

describe('beside the original', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(18, { settings: { wal_level: 'logical' } })
  })
  afterAll(() => server.stop())

  const sourceAndBackup = async (format: string) => {
    const database = await databaseWith(server, watched + content.replace('CREATE SCHEMA app;', ''))
    const location = await tempFolder()
    const { id } = await backup({ engine: engineFor(server, database), to: file(location), format })
    const events: RunEvent[] = []
    const target = targetAt(server, database)
    const restore = (options: Partial<RestoreOptions>) =>
      target.restore(location, { id, onEvent: (event) => events.push(event), ...options })
    return { database, location, id, restore, query: target.query, events }
  }

  test.each([
    { format: 'directory', options: {} },
    { format: 'custom', options: {} },
    { format: 'custom', options: { singleTransaction: true } },
    { format: 'plain', options: { definitions: true } },
    { format: 'plain', options: { singleTransaction: false } },
  ])('a schema of a $format backup gets a copy, with $options', async ({ format, options }) => {
    const { restore, query, events } = await sourceAndBackup(format)
    const before = await query('SELECT * FROM app.papers ORDER BY id')
    const report = await restore({ schemas: ['app'], renameSchemas: { app: 'copy' }, ...options })
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(await query('SELECT * FROM copy.papers ORDER BY id')).toEqual(before)
    expect(await query('SELECT * FROM app.papers ORDER BY id')).toEqual(before)
    expect(await query('SELECT name FROM copy.signed ORDER BY name')).toHaveLength(3)
    await query('INSERT INTO copy.papers (author) VALUES (1)')
    expect(
      await query(
        "SELECT pg_get_expr(adbin, adrelid) AS sql FROM pg_attrdef WHERE adrelid = 'copy.people'::regclass ORDER BY 1",
      ),
    ).toEqual([{ sql: "'good'::mood" }, { sql: "nextval('copy.people_id_seq'::regclass)" }])
    const [index] = await query("SELECT indexdef FROM pg_indexes WHERE schemaname = 'copy' AND indexname = 'by_note'")
    expect(index?.indexdef).toContain('app.gin_trgm_ops')
    await query('DROP TABLE app.papers, app.people CASCADE; DROP FUNCTION app.double')
    expect(await query('SELECT count(*)::int AS rows FROM copy.signed')).toEqual([{ rows: 4 }])
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
    expect(warnings.join('\n')).toMatch(/Bodies of functions .*FUNCTION copy\.touch\(\)/)
  })

  test('a table gets a copy, with what is named after it, and shares what it uses', async () => {
    const { restore, query } = await sourceAndBackup('directory')
    const report = await restore({ tables: ['app.papers'], renameTables: { papers: 'papers_test' } })
    const told = report.findings.map(({ message }) => message).join('\n')
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(told).toContain('What is renamed uses, under its own name: FUNCTION app.double(integer)')
    expect(told).toContain('Kept as in the target, not made anew: SCHEMA app')
    const names = await query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relname ~ '_test' ORDER BY 1",
    )
    expect(names.map(({ relname }) => relname)).toEqual([
      'by_note_papers_test',
      'papers_test',
      'papers_test_id_seq',
      'papers_test_pkey',
    ])
    const [key] = await query(
      "SELECT pg_get_constraintdef(oid) AS sql FROM pg_constraint WHERE conrelid = 'app.papers_test'::regclass AND conname = 'papers_previous_fkey'",
    )
    expect(key?.sql).toBe('FOREIGN KEY (previous) REFERENCES app.papers_test(id)')
    expect(await query('SELECT count(*)::int AS rows FROM app.papers_test')).toEqual([{ rows: 3 }])
    await query('DROP TABLE app.papers CASCADE')
    expect(await query('SELECT count(*)::int AS rows FROM app.papers_test')).toEqual([{ rows: 3 }])
  })

  test('nothing is touched where a name is taken in the target', async () => {
    const { restore, query } = await sourceAndBackup('directory')
    await query('CREATE TABLE app.papers_test (other integer)')
    const copying = restore({ tables: ['app.papers'], renameTables: { papers: 'papers_test' } })
    await expect(copying).rejects.toMatchObject({
      code: 'REFUSED.EXISTS',
      message: expect.stringContaining('app.papers_test'),
    })
    expect(await query('SELECT * FROM app.papers_test')).toEqual([])
    // It is the new name that is asked about.
    const replaced = await restore({
      ...{ tables: ['app.papers'], renameTables: { papers: 'papers_test' }, onExisting: 'drop' },
      consent: async () => true,
    })
    expect(replaced.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(await query('SELECT count(*)::int AS rows FROM app.papers_test')).toEqual([{ rows: 3 }])
    expect(await query('SELECT count(*)::int AS rows FROM app.papers')).toEqual([{ rows: 3 }])
  })

  test('a dry run tells what it would do, and does nothing', async () => {
    const { restore, query } = await sourceAndBackup('custom')
    const report = await restore({ schemas: ['app'], renameSchemas: { app: 'copy' }, dryRun: true })
    expect(report.tables.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual(['copy.papers', 'copy.people'])
    expect(await query("SELECT 1 AS one FROM pg_namespace WHERE nspname = 'copy'")).toEqual([])
  })

  test('definitions are compared under the new names', async () => {
    const { restore } = await sourceAndBackup('custom')
    const report = await restore({ schemas: ['app'], renameSchemas: { app: 'copy' }, definitions: true })
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test.each([{ createDatabase: true }, { intoNew: true }])(
    'into a new database all of it goes, with %o',
    async (how) => {
      const { location, id, database } = await sourceAndBackup('directory')
      const target = 'intoNew' in how ? await databaseWith(server, 'CREATE TABLE old ()') : `${database}_new`
      const { restore, query } = targetAt(server, target)
      const options = { renameSchemas: { app: 'copy' }, definitions: true, consent: async () => true }
      const { findings } = await restore(location, { id, ...options, ...how })
      expect(findings).toEqual([])
      expect(await query('SELECT count(*)::int AS rows FROM copy.papers')).toEqual([{ rows: 3 }])
      expect(
        await query("SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'"),
      ).toEqual([{ schema: 'copy' }])
      expect(await query('SELECT evtname, pubname FROM pg_event_trigger, pg_publication')).toHaveLength(1)
      expect(await query('SELECT oid::int AS oid FROM pg_largeobject_metadata')).toEqual([{ oid: 4711 }])
    },
  )

  test('to public, where only what is in it is in the way', async () => {
    const content =
      'CREATE SCHEMA old; CREATE TABLE old.papers AS SELECT 1 AS id; ALTER SCHEMA public OWNER TO pg_monitor'
    const database = await databaseWith(server, content)
    const { query, restore } = targetAt(server, database)
    const { location } = await backup({ engine: engineFor(server, database), to: file(`${await tempFolder()}/a.dump`) })
    await query('CREATE TABLE public.papers ()')
    const options = { schemas: ['old'], renameSchemas: { old: 'public' } }
    await expect(restore(location, options)).rejects.toMatchObject({
      code: 'REFUSED.EXISTS',
      message: expect.stringMatching(/^public\.papers.*already in/),
    })
    // What was there before is no copy, whatever it depends on.
    await query('DROP TABLE public.papers; CREATE VIEW public.before AS SELECT id FROM old.papers')
    const { findings } = await restore(location, options)
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(await query('SELECT id FROM public.papers')).toEqual([{ id: 1 }])
    expect(await query("SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'public'")).toEqual([
      { owner: 'pg_monitor' },
    ])
  })

  test('what of a copy depends on the original is told', async () => {
    const { query, database } = await sourceAndBackup('custom')
    await query('CREATE SCHEMA copy; CREATE TABLE copy.papers (twice integer DEFAULT app.double(1), note app.gtrgm)')
    const client = await connected(server, database)
    onTestFinished(() => client.end())
    const beside = { schemas: new Map([['app', 'copy']]), tables: [] }
    expect(await linksToOriginal(client, beside)).toEqual([
      {
        severity: 'error',
        code: 'RESTORE.LINKED',
        message:
          'The default value for column twice of table copy.papers, which was restored under a new name, depends on the function app.double(integer), which has the old one.',
      },
    ])
    const ofTable = {
      schemas: new Map(),
      tables: [{ from: { schema: 'app', name: 'people' }, to: { schema: 'app', name: 'papers' } }],
    }
    const findings = await linksToOriginal(client, ofTable)
    expect(findings.map(({ message }) => message).join()).toContain('constraint papers_author_fkey on table app.papers')
  })
})
