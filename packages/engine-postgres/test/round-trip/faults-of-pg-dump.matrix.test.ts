import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { readScript, roundTrip } from '../support/round-trip.ts'

// What the built-in pg_dump 17.5 writes of these, psql cannot restore, or restores otherwise.
const cases = {
  'comments on checks of domains that are not valid': `
    CREATE SCHEMA "s p"; CREATE DOMAIN late AS text; CREATE DOMAIN "s p"."do""main" AS int;
    CREATE TABLE t (v late, i "s p"."do""main"); INSERT INTO t VALUES ('too long', -1);
    ALTER DOMAIN late ADD CONSTRAINT short CHECK (length(VALUE) < 5) NOT VALID;
    ALTER DOMAIN "s p"."do""main" ADD CONSTRAINT "ON DOMAIN; x" CHECK (VALUE > 0) NOT VALID;
    ALTER DOMAIN late ADD CONSTRAINT whole CHECK (VALUE <> 'x');
    COMMENT ON CONSTRAINT short ON DOMAIN late IS 'of a check that is added late';
    COMMENT ON CONSTRAINT "ON DOMAIN; x" ON DOMAIN "s p"."do""main" IS 'too';
    COMMENT ON CONSTRAINT whole ON DOMAIN late IS 'of one that is there from the start'`,
  'a public schema that belongs to nobody else': `
    ALTER SCHEMA public OWNER TO owner_r; REVOKE ALL ON SCHEMA public FROM PUBLIC; COMMENT ON SCHEMA public IS 'mine';
    CREATE TABLE t AS SELECT 1 AS a`,
  'a public schema as it was before 15': 'GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE TABLE t AS SELECT 1 AS a',
  'definitions for a server older than pg_dump': await readScript('older-than-pg-dump.sql'),
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
      expect((await compareDatabases(server, source, restored)).differences).toEqual([])
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
    })
  })
}
