import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, readScript, restoreInto, roundTrip } from '../support/round-trip.ts'

const cases = {
  'rows larger than what is read at once': `
    CREATE TABLE t (v text, b bytea);
    INSERT INTO t SELECT string_agg(md5(i::text), ''), decode(string_agg(md5(i::text), ''), 'hex') FROM generate_series(1, 100000) i;
    INSERT INTO t SELECT repeat(E'\\n\\\\', 100000), convert_to(repeat('x', 100000), 'UTF8')`,
  'an event trigger that refuses every statement': `
    CREATE TABLE t AS SELECT 1 AS a; CREATE MATERIALIZED VIEW m AS SELECT a FROM t; GRANT SELECT ON m TO PUBLIC;
    CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
    CREATE EVENT TRIGGER "last" ON ddl_command_end EXECUTE FUNCTION refuse()`,
  'row security that would hide rows from their owner': `
    CREATE TABLE t AS SELECT generate_series(1, 3) AS a; ALTER TABLE t OWNER TO owner_r; CREATE POLICY not_all ON t USING (a > 1);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
  'checks and indexes that need functions in other schemas': `
    CREATE FUNCTION is_positive(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select $1 > 0';
    CREATE DOMAIN positive AS int CHECK (is_positive(VALUE)); CREATE TABLE t (a positive, CHECK (is_positive(a)));
    INSERT INTO t VALUES (1); CREATE INDEX ON t (is_positive(a))`,
  'a generated key that others refer to': `
    CREATE TABLE p (a int, b int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY); INSERT INTO p (a) VALUES (1), (2);
    CREATE TABLE q (b int REFERENCES p); INSERT INTO q VALUES (2)`,
  'views that depend on each other, and on a key': `
    CREATE VIEW a AS SELECT 1 AS x; CREATE VIEW b AS SELECT x FROM a; CREATE OR REPLACE VIEW a AS SELECT count(*)::int AS x FROM (SELECT 1) s;
    CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x');
    CREATE VIEW grouped AS SELECT a, b FROM t GROUP BY a; CREATE MATERIALIZED VIEW filled AS SELECT a, b FROM t GROUP BY a`,
}

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    test.each(Object.entries(cases))('%s', async (name, sql) => {
      const source = name.slice(0, 40)
      const { restored } = await roundTrip(server, source, sql)
      const { rows, differences } = await compareDatabases(server, source, restored)
      expect(differences).toEqual([])
      expect(rows).toBeGreaterThan(0)
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
    })

    test('comment and privileges of the database itself are not restored, there or anywhere', async () => {
      await server.createDatabase('about itself')
      await server.query(`CREATE TABLE t AS SELECT 1 AS a; COMMENT ON TABLE t IS 'a table'`, 'about itself')
      await server.query(
        `COMMENT ON DATABASE "about itself" IS 'old'; GRANT CREATE ON DATABASE "about itself" TO owner_r`,
      )
      const target = await backUp(server, 'about itself')
      await server.query(`COMMENT ON DATABASE "about itself" IS 'new'`)
      await restoreInto(server, 'about another', target)
      const { rows } = await server.query(
        `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment, datacl::text ~ 'owner_r' AS granted
         FROM pg_database WHERE datname LIKE 'about %' ORDER BY datname DESC`,
      )
      expect(rows).toEqual([
        { name: 'about itself', comment: 'new', granted: true },
        { name: 'about another', comment: null, granted: null },
      ])
      const copies = await server.query(`SELECT obj_description('t'::regclass) AS comment`, 'about another')
      expect(copies.rows).toEqual([{ comment: 'a table' }])
    })
  })
}
