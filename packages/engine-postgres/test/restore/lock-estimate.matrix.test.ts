import { readFile } from 'node:fs/promises'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'
import { readScript } from '../support/round-trip.ts'
import { streamOf, targetWith } from './target.ts'

const count = 40
const times = (sql: (n: number) => string) => Array.from({ length: count }, (_, n) => sql(n)).join(';\n')
const trigger = "FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"

/** What ordinary schemas are made of, many of one kind at a time, so that what is counted wrongly shows. */
const ordinary: Record<string, string> = {
  'tables that need no TOAST': times((n) => `CREATE TABLE t${n} (a int NOT NULL DEFAULT 1 CHECK (a > 0))`),
  'tables with TOAST': times((n) => `CREATE TABLE t${n} (a text)`),
  'serials, owned by a role': times(
    (n) =>
      `CREATE TABLE t${n} (a serial PRIMARY KEY, b text); ALTER TABLE t${n} OWNER TO keeper; GRANT SELECT ON t${n} TO visitor`,
  ),
  'identity columns': times((n) => `CREATE TABLE t${n} (a int GENERATED ALWAYS AS IDENTITY)`),
  indexes: times(
    (n) => `CREATE TABLE t${n} (a int, b text UNIQUE); CREATE INDEX ON t${n} (a); CREATE INDEX ON t${n} (lower(b))`,
  ),
  'foreign keys': `CREATE TABLE r (a int PRIMARY KEY); ${times((n) => `CREATE TABLE t${n} (a int PRIMARY KEY REFERENCES r, b int REFERENCES r)`)}`,
  partitions: `CREATE TABLE r (a int PRIMARY KEY, b text) PARTITION BY LIST (a); CREATE INDEX ON r (b);
    ${times((n) => `CREATE TABLE t${n} PARTITION OF r FOR VALUES IN (${n})`)}`,
  'inheriting tables': `CREATE TABLE p (a int NOT NULL); ${times((n) => `CREATE TABLE t${n} (c int) INHERITS (p)`)}`,
  'views, rules, sequences': `CREATE TABLE t (a int); ${times((n) => `CREATE VIEW v${n} AS SELECT a FROM t; CREATE SEQUENCE s${n}; CREATE RULE r AS ON INSERT TO v${n} DO INSTEAD NOTHING`)}`,
  'materialised views': `CREATE TABLE t (a int, b text); ${times((n) => `CREATE MATERIALIZED VIEW m${n} AS SELECT * FROM t; CREATE UNIQUE INDEX ON m${n} (a)`)}`,
  'materialised views without TOAST': times((n) => `CREATE MATERIALIZED VIEW m${n} AS SELECT 1 AS a`),
  'functions, granted': times(
    (n) => `CREATE FUNCTION f${n}() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f${n}() FROM public`,
  ),
  'triggers and policies, with comments': `CREATE ${trigger}; ${times(
    (
      n,
    ) => `CREATE TABLE t${n} (a int CONSTRAINT c CHECK (a > 0)); CREATE TRIGGER t BEFORE INSERT ON t${n} FOR EACH ROW EXECUTE FUNCTION f();
      CREATE POLICY p ON t${n}; COMMENT ON TRIGGER t ON t${n} IS 'x'; COMMENT ON POLICY p ON t${n} IS 'x'; COMMENT ON CONSTRAINT c ON t${n} IS 'x';
      COMMENT ON TABLE t${n} IS 'x'; COMMENT ON COLUMN t${n}.a IS 'x'`,
  )}`,
  'large objects': times((n) => `SELECT lo_from_bytea(${n + 1}, 'x')`),
}

/** Notes, before the script ends the transaction, what it has locked; locks of the short list take no room in the lock table. */
const noteLocks = `
  INSERT INTO public.lock_note
    SELECT count(DISTINCT (locktype, database, relation, page, tuple, virtualxid, transactionid::text, classid, objid, objsubid))
    FROM pg_locks WHERE pid = pg_backend_pid() AND NOT fastpath;
`
const noteTable = 'CREATE TABLE public.lock_note (count int);\n'
const noteLock = 1
const lastStatements = 'SET synchronous_commit = on;\n'

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: the estimate of a backup, and the locks that its restore holds`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query('CREATE ROLE keeper; CREATE ROLE visitor')
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    async function estimateAndTruth(sql: string): Promise<{ estimate: number; truth: number }> {
      const { location, start } = await prepare(server, await databaseWith(server, sql))
      await start()
      const manifest = JSON.parse(await readFile(`${location}.json`, 'utf8'))
      const script = await readFile(location, 'utf8')
      const at = script.lastIndexOf(lastStatements)
      const target = await targetWith(server)
      const noting = streamOf(noteTable + script.slice(0, at) + noteLocks + script.slice(at), 65_536)
      await target.restore(noting, { consent: async () => true })
      const [note] = await target.query('SELECT count FROM lock_note')
      return { estimate: manifest.contents.lockEstimate, truth: Number(note?.count) - noteLock }
    }

    test.each(Object.entries(ordinary))('%s: never fewer, and at most a fifth and ten more', async (_, sql) => {
      const { estimate, truth } = await estimateAndTruth(sql)
      expect(truth).toBeGreaterThan(count)
      expect(estimate).toBeGreaterThanOrEqual(truth)
      expect(estimate).toBeLessThanOrEqual(truth * 1.2 + 10)
    })

    test('objects of every kind, and extensions: never fewer', async () => {
      const extensions = [
        'hstore',
        'citext',
        'pg_stat_statements',
        'cube',
        'isn',
        'intarray',
        'pageinspect',
        'unaccent',
      ]
      const kinds = [
        await readScript('every-kind.sql'),
        times(
          (n) =>
            `CREATE TYPE e${n} AS ENUM ('a'); CREATE TYPE c${n} AS (a int); COMMENT ON TYPE e${n} IS 'x'; COMMENT ON TYPE c${n} IS 'x'`,
        ),
        times((n) => `CREATE SCHEMA s${n}; GRANT USAGE ON SCHEMA s${n} TO visitor; COMMENT ON SCHEMA s${n} IS 'x'`),
        ...extensions.map((name) => `CREATE EXTENSION IF NOT EXISTS ${name}`),
      ]
      for (const sql of kinds) {
        const { estimate, truth } = await estimateAndTruth(sql)
        expect(estimate).toBeGreaterThanOrEqual(truth)
      }
    })
  })
}
