import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, expectNothingLeft, prepare, restored } from './run-backup.ts'

const schema = `
  CREATE TYPE mood AS ENUM ('glad', 'sad');
  CREATE TABLE items (id int PRIMARY KEY, mood mood);
  CREATE INDEX by_mood ON items (mood);
  CREATE VIEW glad AS SELECT id FROM items WHERE mood = 'glad';
  CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT 2 * a';
  CREATE PROCEDURE nothing(a int, b text) LANGUAGE sql AS 'SELECT 1'`

const swap =
  'BEGIN; ALTER SCHEMA keys RENAME TO was; ALTER SCHEMA spare RENAME TO keys; ALTER SCHEMA was RENAME TO spare; COMMIT'

/** What no lock on a table holds up, and how the object is called that is told. */
const changes = {
  'DROP PROCEDURE nothing; CREATE PROCEDURE nothing(a int) LANGUAGE sql AS $$SELECT 1$$': 'function public.nothing',
  'DROP FUNCTION twice': 'function public.twice',
  'CREATE OR REPLACE FUNCTION twice(a int DEFAULT 4) RETURNS int LANGUAGE sql AS $$SELECT 2 * a$$':
    'function public.twice',
  'ALTER TYPE mood RENAME TO temper': 'type public.mood',
  'ALTER INDEX by_mood RENAME TO by_temper': 'relation public.by_mood',
  'ALTER VIEW glad RENAME TO happy': 'relation public.glad',
}

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}: what changes while definitions are read`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test.each(Object.entries(changes))('%s: no backup rather than one that does not fit', async (sql, what) => {
      const database = await databaseWith(server, schema)
      const onStep = async (step: string) => {
        if (step === 'opened') await server.query(sql, database)
      }
      const { start, folder } = await prepare(server, database, { seams: { onStep } })
      await expect(start()).rejects.toMatchObject({
        code: 'ENGINE.DEFINITIONS_CHANGED',
        message: `The ${what} was changed, renamed or dropped while definitions were read.`,
        retryable: true,
      })
      await expectNothingLeft(server, folder)
    })

    test('schemas that only have tables with keys change places', async () => {
      const database = await databaseWith(
        server,
        `${schema}; CREATE SCHEMA keys; CREATE TABLE keys.k (id int PRIMARY KEY); CREATE SCHEMA spare; CREATE TABLE spare.k (id int PRIMARY KEY);
         ALTER TABLE items ADD FOREIGN KEY (id) REFERENCES keys.k`,
      )
      const onStep = async (step: string) => {
        if (step === 'opened') await server.query(swap, database)
      }
      const { start } = await prepare(server, database, { schemaOnly: true, seams: { onStep } })
      await expect(start()).rejects.toMatchObject({
        code: 'ENGINE.DEFINITIONS_CHANGED',
        message: expect.stringMatching(/^The schema (keys|spare) was changed, renamed or dropped while definitions/),
      })
    })

    test('tables that are not backed up come and go', async () => {
      const database = await databaseWith(
        server,
        `${schema}; CREATE SCHEMA staging; CREATE TABLE staging.s (id serial PRIMARY KEY)`,
      )
      const onStep = async (step: string) => {
        if (step === 'opened') await server.query('DROP TABLE staging.s; DROP SCHEMA staging', database)
      }
      const { start } = await prepare(server, database, { excludeSchemas: ['staging'], seams: { onStep } })
      expect(await start()).toMatchObject({ tables: [{ name: 'items' }] })
    })

    test('bodies, rights and owners are those of the snapshot whatever happens', async () => {
      const database = await databaseWith(server, schema)
      const later = `
        CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT 3 * a';
        GRANT EXECUTE ON FUNCTION twice TO pg_monitor; GRANT USAGE ON TYPE mood TO pg_monitor;
        CREATE ROLE "owner of ${database}"; ALTER VIEW glad OWNER TO "owner of ${database}";
        CREATE INDEX late ON items (id)`
      const onStep = async (step: string) => {
        if (step === 'opened') await server.query(later, database)
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      await start()
      const { rows } = await server.query(
        `SELECT twice(1), (SELECT proacl IS NULL FROM pg_proc WHERE proname = 'twice') AS private, to_regclass('late') AS late,
                (SELECT relowner::regrole::text FROM pg_class WHERE relname = 'glad') AS owner`,
        await restored(server, location),
      )
      expect(rows).toEqual([{ twice: 2, private: true, late: null, owner: 'postgres' }])
    })
  })
}
