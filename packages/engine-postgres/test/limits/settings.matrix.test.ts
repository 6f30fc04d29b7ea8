import path from 'node:path'
import { backup, file, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'

/** Settings that change how rows and definitions are written and read. `lc_monetary` needs a locale: see test/oracle/. */
const settings = {
  datestyle: "'SQL, DMY'",
  intervalstyle: 'sql_standard',
  timezone: "'Asia/Kathmandu'",
  extra_float_digits: '-15',
  bytea_output: 'escape',
  search_path: 'evil, public',
  client_encoding: 'LATIN1',
  xmloption: 'document',
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  quote_all_identifiers: 'on',
  transform_null_equals: 'on',
  check_function_bodies: 'on',
  default_transaction_isolation: 'serializable',
  statement_timeout: "'1h'",
}
const content = String.raw`
  CREATE SCHEMA evil; CREATE TABLE evil.items (wrong int); CREATE TABLE public.other (id int PRIMARY KEY, "Select" text);
  CREATE TABLE public.items (id int PRIMARY KEY, d date, t timestamptz, i interval, f float8, b bytea, m money, x xml, a text[], v text,
    c regclass, o int REFERENCES public.other);
  INSERT INTO public.other VALUES (1, 'é'), (2, E'\\'''), (3, 'NULL');
  INSERT INTO public.items VALUES
    (1, '2026-03-02', '2026-03-02 01:02:03.456789+00', '-1 year +2 mons -3 days +04:05:06', 0.1 + 0.2::float8, '\x00ff5c0a27', 1234.56, 'text <a/>', '{x,NULL,"NULL"}',
      E'\\.', 'evil.items', 1),
    (2, '0044-03-15 BC', '10000-12-31', '1 day -1 s', 5e-324, '\x5c5c', -0.01, '<a/>', '{}', E'\\''é', 'public.items', 2);
  CREATE VIEW evil.seen AS SELECT E'\\d' AS re, v IS NULL AS nothing FROM public.items WHERE d > '2026-02-03' AND i < interval '1-2';
  CREATE FUNCTION public.f() RETURNS text LANGUAGE sql SET datestyle = 'German' SET search_path = evil, public AS $$ SELECT current_setting('datestyle') $$;
  CREATE INDEX ON public.items ((id + 1)) WHERE t > '2026-01-02 00:00:00+00'`
const role = 'with settings'

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(`CREATE ROLE "${role}" SUPERUSER LOGIN`)
      for (const [name, value] of Object.entries(settings))
        await server.query(`ALTER ROLE "${role}" SET ${name} = ${value}`)
      await server.createDatabase('source')
      await server.query(content, 'source')
    })
    afterAll(() => server.stop())

    async function setOn(database: string): Promise<void> {
      for (const [name, value] of Object.entries(settings))
        await server.query(`ALTER DATABASE "${database}" SET ${name} = ${value}`)
    }

    test.each([
      { side: 'source', place: 'database', name: 'backup.sql' },
      { side: 'source', place: 'role', name: 'backup.sql' },
      { side: 'target', place: 'database', name: 'backup.sql' },
      { side: 'target', place: 'role', name: 'backup.sql' },
      { side: 'target', place: 'database', name: 'backup.dump' },
      { side: 'target', place: 'role', name: 'backup.dump' },
    ])('other settings on the $place, at the $side: $name', async ({ side, place, name }) => {
      const to = file(path.join(await temporaryFolder(), name))
      const user = (here: string) => (side === here && place === 'role' ? { user: role } : {})
      if (side === 'source' && place === 'database') await setOn('source')
      await backup({ engine: engineFor(server, 'source', user('source')), to })
      await server.query('ALTER DATABASE source RESET ALL')

      const restored = `${side} ${place} ${name}`
      await server.createDatabase(restored)
      if (side === 'target' && place === 'database') await setOn(restored)
      await restore({ engine: engineFor(server, restored, user('target')), from: to })
      await server.query(`ALTER DATABASE "${restored}" RESET ALL`)

      expect(await compareDatabases(server, 'source', restored)).toEqual({ rows: 5, differences: [] })
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, 'source'))
    })
  })
}
