import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, openSession, prepare, restored, untilSomeoneWaits } from './run-backup.ts'

const schema = `
  CREATE TABLE items (id int PRIMARY KEY, note text);
  INSERT INTO items SELECT i, 'note ' || i FROM generate_series(1, 100) i;
  CREATE TABLE log (what text)`
/** What a database holds, as far as these tests change it. */
const contentSql = `
  SELECT (SELECT json_agg(json_build_array(c.relname, (
            SELECT json_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) ORDER BY c.relname)
          FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace)::text AS tables,
         (SELECT string_agg(query_to_xml(format('SELECT * FROM %I ORDER BY 1', c.relname), true, true, '')::text, ';'
                            ORDER BY c.relname)
          FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace) AS rows`

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: statements between the listing of the tables and their locks`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    // Each commits together with a row in another table: both are in the backup.
    const statements: { sql: string; attempts: number }[] = [
      { sql: 'TRUNCATE items', attempts: 1 },
      { sql: 'ALTER TABLE items ADD COLUMN extra int DEFAULT 7', attempts: 1 },
      { sql: 'ALTER TABLE items ALTER COLUMN id TYPE bigint', attempts: 1 },
      { sql: 'ALTER TABLE items RENAME COLUMN note TO remark', attempts: 1 },
      { sql: 'ALTER TABLE items RENAME TO things', attempts: 2 },
      { sql: 'DROP TABLE items', attempts: 2 },
      { sql: 'DROP TABLE items; CREATE TABLE items (other text)', attempts: 2 },
      { sql: 'DROP TABLE items; CREATE VIEW items AS SELECT 1 AS id', attempts: 2 },
      {
        sql: 'ALTER TABLE items RENAME TO was; ALTER TABLE log RENAME TO items; ALTER TABLE was RENAME TO log',
        attempts: 2,
      },
      { sql: 'CREATE TABLE late (x int); INSERT INTO late VALUES (1)', attempts: 2 },
      { sql: 'CREATE TABLE late PARTITION OF parted FOR VALUES IN (1); INSERT INTO parted VALUES (1)', attempts: 2 },
      { sql: 'VACUUM FULL items', attempts: 1 },
    ]
    for (const { sql, attempts } of statements) {
      test(`${sql}: the backup is the database after it`, async () => {
        const database = await databaseWith(server, `${schema}; CREATE TABLE parted (x int) PARTITION BY LIST (x)`)
        let listed = 0
        const onStep = async (step: string) => {
          if (step !== 'listed' || ++listed > 1) return
          if (sql.startsWith('VACUUM')) await server.query(sql, database)
          else await server.query(`BEGIN; INSERT INTO log VALUES ('changed'); ${sql}; COMMIT`, database)
        }
        const { start, location } = await prepare(server, database, { seams: { onStep } })
        await start()
        const [before, after] = await Promise.all(
          [database, await restored(server, location)].map((name) => server.query(contentSql, name)),
        )
        expect(after?.rows).toEqual(before?.rows)
        expect(listed).toBe(attempts)
      })
    }

    test('a TRUNCATE that commits while its lock is waited for: the snapshot comes after the locks', async () => {
      const database = await databaseWith(server, schema)
      const { client, pid } = await openSession(server, database)
      const observer = await openSession(server, database)
      let listed = 0
      let committed: Promise<unknown> = Promise.resolve()
      const onStep = async (step: string) => {
        if (step !== 'listed') return
        listed += 1
        await client.query("BEGIN; INSERT INTO log VALUES ('truncated'); TRUNCATE items")
        committed = untilSomeoneWaits(observer.client, [pid]).then(() => client.query('COMMIT'))
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      await start()
      await committed
      const { rows } = await server.query(
        'SELECT (SELECT count(*)::int FROM items) AS items, (SELECT count(*)::int FROM log) AS log',
        await restored(server, location),
      )
      // Rows that are gone while the snapshot does not know why would be the loss that nobody sees.
      expect(rows).toEqual([{ items: 0, log: 1 }])
      // A snapshot before the locks would have been noticed, and taken again.
      expect(listed).toBe(1)
    })

    test('what is committed after the snapshot is not in the backup, whoever reads it', async () => {
      const database = await databaseWith(server, schema)
      const later = `
        INSERT INTO items VALUES (101, 'late');
        CREATE TABLE late (x int);
        CREATE VIEW late_view AS SELECT 1 AS x;
        CREATE FUNCTION late_function() RETURNS int LANGUAGE sql AS 'SELECT 1';
        COMMENT ON TABLE items IS 'late';
        SELECT lo_from_bytea(4711, 'late')`
      const onStep = async (step: string) => {
        if (step === 'exported') await server.query(later, database)
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      expect(await start()).toMatchObject({ rows: 100 })
      const { rows } = await server.query(
        `SELECT relname AS name FROM pg_class WHERE relname ~ '^late' UNION ALL
         SELECT proname FROM pg_proc WHERE proname ~ '^late' UNION ALL
         SELECT obj_description('items'::regclass) WHERE obj_description('items'::regclass) IS NOT NULL UNION ALL
         SELECT oid::text FROM pg_largeobject_metadata`,
        await restored(server, location),
      )
      expect(rows).toEqual([])
    })

    test('tables that change in both attempts end the backup', async () => {
      const database = await databaseWith(server, schema)
      let listed = 0
      const onStep = async (step: string) => {
        if (step === 'listed') await server.query(`CREATE TABLE new${++listed} (x int)`, database)
      }
      const { start } = await prepare(server, database, { seams: { onStep } })
      await expect(start()).rejects.toMatchObject({
        code: 'ENGINE.TABLES_CHANGED',
        message: 'Tables were created, dropped or rewritten twice while they were being locked: public.new2 is new.',
        retryable: true,
      })
      expect(listed).toBe(2)
    })
  })
}
