import { backup, type Finding, file, type RestoreOptions, restore } from '@pgark/core'
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
const told = (findings: readonly Finding[]) => findings.map(({ message }) => message).sort()
const leftOut = (name: string) => `${name} is left out: it needs what is not selected.`

describe('what is left out with what it needs', () => {
  test('a view that is first made without its query, and what depends on it', async () => {
    const sql = `CREATE TABLE priced (id int PRIMARY KEY, code text); CREATE TABLE rates (code text PRIMARY KEY, rate numeric);
      CREATE VIEW grouped AS SELECT p.id, p.code, count(*) AS n FROM priced p JOIN rates r USING (code) GROUP BY p.id;
      CREATE VIEW rated AS SELECT code, rate FROM rates r GROUP BY r.code;
      CREATE MATERIALIZED VIEW stored AS SELECT * FROM grouped; COMMENT ON VIEW grouped IS 'by key'`
    const { relations, findings } = await partOf(sql, { excludeTables: ['priced'] })
    expect(relations).toEqual(['rated', 'rates', 'rates_pkey'])
    expect(told(findings)).toEqual(['MATERIALIZED VIEW public.stored', 'VIEW public.grouped'].map(leftOut))
  })

  const users = `CREATE SCHEMA h; CREATE SCHEMA k; CREATE TYPE h.mood AS ENUM ('good');
    CREATE FUNCTION h.f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
    CREATE OPERATOR CLASS h.ops FOR TYPE int USING btree AS
      OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
    CREATE TABLE k.t (id serial PRIMARY KEY, email text, n int); COMMENT ON TABLE k.t IS 'stays';
    CREATE UNIQUE INDEX by_email ON k.t (h.f(email)); COMMENT ON INDEX k.by_email IS 'goes'; CREATE INDEX by_n ON k.t (n h.ops);
    CREATE STATISTICS k.counted ON h.f(email), n FROM k.t;
    ALTER TABLE k.t ADD CONSTRAINT c CHECK (h.f(email) = email) NOT VALID;
    CREATE POLICY own ON k.t USING (h.f(email) = 'x'); CREATE VIEW k.low AS SELECT h.f(email) AS email FROM k.t;
    CREATE TRIGGER tr BEFORE INSERT ON k.t FOR EACH ROW WHEN (h.f(NEW.email) = 'x') EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE TABLE k.moods (id serial PRIMARY KEY, mood h.mood); CREATE INDEX ON k.moods (mood); CREATE TYPE k.pair AS (mood h.mood);
    CREATE DOMAIN k.low_text AS text CHECK (h.f(VALUE) = VALUE); CREATE PUBLICATION p FOR TABLE k.t, k.moods;
    CREATE FUNCTION k.number(h.mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (h.mood AS int) WITH FUNCTION k.number;
    CREATE EXTENSION citext SCHEMA h; CREATE FUNCTION h.nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER happens ON ddl_command_end EXECUTE FUNCTION h.nothing(); ALTER EVENT TRIGGER happens DISABLE`
  const before = [
    'CAST (h.mood AS integer)',
    'DOMAIN k.low_text',
    'EXTENSION citext',
    'FUNCTION k.number(h.mood)',
    'TABLE k.moods',
    'TYPE k.pair',
    'VIEW k.low',
  ]
  const after = [
    'CHECK CONSTRAINT k.t c',
    'EVENT TRIGGER happens',
    'INDEX k.by_email',
    'INDEX k.by_n',
    'POLICY k.t own',
    'STATISTICS k.counted',
    'TRIGGER k.t tr',
  ]

  test.each([
    ['at once', {}, [...before, ...after]],
    ['by one connection', { singleTransaction: true, jobs: 1 }, [...before, ...after]],
    ['of some sections', { sections: ['pre-data'] }, before],
  ] as const)(
    'everything that uses an excluded schema is named, with what belongs to it: %s',
    async (_, options, names) => {
      const { relations, findings } = await partOf(users, { excludeSchemas: ['h'], ...options })
      expect(relations).toEqual(['t', 't_id_seq', ...('sections' in options ? [] : ['t_pkey'])])
      expect(told(findings)).toEqual([...names].sort().map(leftOut))
    },
  )
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
