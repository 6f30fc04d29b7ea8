import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { roundTrip } from '../support/round-trip.ts'

// pg_dump 17.5 writes the comment before the constraint; what it writes itself cannot be restored.
const domains = `
  CREATE SCHEMA "s p"; CREATE DOMAIN late AS text; CREATE DOMAIN "s p"."do""main" AS int;
  CREATE TABLE t (v late, i "s p"."do""main"); INSERT INTO t VALUES ('too long', -1);
  ALTER DOMAIN late ADD CONSTRAINT short CHECK (length(VALUE) < 5) NOT VALID;
  ALTER DOMAIN "s p"."do""main" ADD CONSTRAINT "ON DOMAIN; x" CHECK (VALUE > 0) NOT VALID;
  ALTER DOMAIN late ADD CONSTRAINT whole CHECK (VALUE <> 'x');
  COMMENT ON CONSTRAINT short ON DOMAIN late IS 'of a check that is added late';
  COMMENT ON CONSTRAINT "ON DOMAIN; x" ON DOMAIN "s p"."do""main" IS 'too';
  COMMENT ON CONSTRAINT whole ON DOMAIN late IS 'of one that is there from the start'`

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test('checks of domains that are not valid come back with their comments', async () => {
      const { restored } = await roundTrip(server, 'domains', domains)
      expect((await compareDatabases(server, 'domains', restored)).differences).toEqual([])
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, 'domains'))
    })
  })
}
