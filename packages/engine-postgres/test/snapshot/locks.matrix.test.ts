import { execFileSync } from 'node:child_process'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockedOrDone, databaseWith, expectNothingLeft, openSession, prepare, restored } from './run-backup.ts'

const schema = `
  CREATE TABLE items (id int PRIMARY KEY, note text);
  INSERT INTO items SELECT i, 'note ' || i FROM generate_series(1, 100) i;
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM items;
  CREATE VIEW seen AS SELECT id FROM items`
/** Longer than any test may take: what waits for a lock does not end by itself. */
const forever = { lockTimeoutMs: 2_147_483_647 }
const statements = [
  'BEGIN; TRUNCATE items; COMMIT',
  'BEGIN; ALTER TABLE items ADD COLUMN extra int; COMMIT',
  'BEGIN; DROP TABLE items CASCADE; COMMIT',
  'VACUUM FULL items',
  'CLUSTER items USING items_pkey',
]
/** They hold what pg_dump reads, and no table of ours. */
const definitionsInUse = [
  { name: 'totals', sql: 'REFRESH MATERIALIZED VIEW totals' },
  { name: 'seen', sql: 'CREATE OR REPLACE VIEW seen AS SELECT id, 1 AS more FROM items' },
]

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: who waits for whom`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    for (const sql of statements) {
      test(`${sql} after the locks waits; then a reader fails at once, saying for whom it would wait`, async () => {
        const database = await databaseWith(server, schema)
        const other = await openSession(server, database)
        const observer = await openSession(server, database)
        let statement: Promise<unknown> = Promise.resolve()
        const seen: string[] = []
        const onStep = async (step: string) => {
          if (step !== 'locked') return
          statement = other.client.query(sql)
          seen.push(await blockedOrDone(observer.client, other.pid, statement))
        }
        const { start, folder } = await prepare(server, database, { postgres: forever, seams: { onStep } })
        await expect(start()).rejects.toMatchObject({
          code: 'ENGINE.LOCKED',
          message: expect.stringMatching(
            new RegExp(`^Cannot lock public\\.items: process ${other.pid} \\(.*\\) waits for ACCESS EXCLUSIVE\\.$`),
          ),
          retryable: true,
          meta: { table: 'public.items', processes: [other.pid] },
        })
        expect(seen).toEqual(['waiting'])
        // The backup is over, and with it the wait.
        await statement
        await expectNothingLeft(server, folder)
      })

      test(`${sql} after the readers have their locks waits until the backup is whole`, async () => {
        const database = await databaseWith(server, schema)
        const other = await openSession(server, database)
        const observer = await openSession(server, database)
        let statement: Promise<unknown> = Promise.resolve()
        const seen: string[] = []
        const onStep = async (step: string) => {
          if (step !== 'defined') return
          statement = other.client.query(sql)
          seen.push(await blockedOrDone(observer.client, other.pid, statement))
        }
        const { start, location } = await prepare(server, database, { postgres: forever, seams: { onStep } })
        await start()
        expect(seen).toEqual(['waiting'])
        await statement
        const { rows } = await server.query('SELECT count(*)::int FROM items', await restored(server, location))
        expect(rows).toEqual([{ count: 100 }])
      })
    }

    test('an ALTER that is queued before pg_dump takes its locks ends it after the time allowed', async () => {
      const database = await databaseWith(server, schema)
      const other = await openSession(server, database)
      let statement: Promise<unknown> = Promise.resolve()
      const onEvent = (event: { type: string; name?: unknown }) => {
        if (event.type !== 'phase' || event.name !== 'definitions') return
        statement = other.client.query('ALTER TABLE items ADD COLUMN extra int')
        // Events are told synchronously, so that the wait for the queue has to be one of another process.
        execFileSync(process.execPath, ['-e', waitForQueue, server.url(database), String(other.pid)], {
          cwd: import.meta.dirname,
        })
      }
      const { start, folder } = await prepare(server, database, { postgres: { lockTimeoutMs: 300 }, onEvent })
      await expect(start()).rejects.toMatchObject({
        code: 'ENGINE.LOCKED',
        message: expect.stringMatching(
          new RegExp(
            `definition of public\\.items within 300 ms: process ${other.pid} \\(.*\\) waits for ACCESS EXCLUSIVE`,
          ),
        ),
        retryable: true,
        meta: { table: 'public.items', processes: [other.pid] },
      })
      await statement
      await expectNothingLeft(server, folder)
    })

    for (const { name, sql } of definitionsInUse) {
      test(`${sql} that does not end: the wait is bounded, and told with its holder`, async () => {
        const database = await databaseWith(server, schema)
        const other = await openSession(server, database)
        await other.client.query(`BEGIN; ${sql}`)
        const { start, folder } = await prepare(server, database, { postgres: { lockTimeoutMs: 300 } })
        await expect(start()).rejects.toMatchObject({
          code: 'ENGINE.LOCKED',
          message: `Cannot read the definition of public.${name} within 300 ms: process ${other.pid} (user postgres, idle in transaction) holds ACCESS EXCLUSIVE.`,
          hint: expect.stringContaining('--lock-timeout'),
          retryable: true,
        })
        // While it is still held: nobody waits on.
        await expectNothingLeft(server, folder)
        await other.client.query('COMMIT')
        expect(await start()).toMatchObject({ rows: 100 })
      })
    }

    test('REFRESH while we read does not wait, and changes nothing', async () => {
      const database = await databaseWith(server, schema)
      const onStep = async (step: string) => {
        if (step === 'defined') await server.query('REFRESH MATERIALIZED VIEW totals', database)
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      await start()
      const { rows } = await server.query('SELECT n::int FROM totals', await restored(server, location))
      expect(rows).toEqual([{ n: 100 }])
    })

    for (const serializable of [false, true]) {
      test(`a lock that is held too long is told with its holder${serializable ? ' (serializable)' : ''}`, async () => {
        const database = await databaseWith(server, schema)
        const other = await openSession(server, database)
        await other.client.query("SET application_name = 'migration 7'; BEGIN; LOCK TABLE items")
        const { start, folder } = await prepare(server, database, { postgres: { lockTimeoutMs: 50 }, serializable })
        await expect(start()).rejects.toMatchObject({
          code: 'ENGINE.LOCKED',
          message: `Cannot lock public.items: process ${other.pid} (user postgres, application migration 7, idle in transaction) holds ACCESS EXCLUSIVE.`,
          hint: expect.stringContaining('--lock-timeout'),
          meta: { processes: [other.pid] },
        })
        await other.client.query('ROLLBACK')
        await expectNothingLeft(server, folder)
      })
    }

    test('a lock that is given back in time is only waited for', async () => {
      const database = await databaseWith(server, schema)
      const other = await openSession(server, database)
      await other.client.query('BEGIN; LOCK TABLE items; DELETE FROM items WHERE id > 90')
      const observer = await openSession(server, database)
      const onStep = (step: string) => {
        if (step !== 'listed') return
        void (async () => {
          const waiting = "SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'"
          while (!(await observer.client.query(waiting)).rowCount);
          await other.client.query('COMMIT')
        })()
      }
      const { start, location } = await prepare(server, database, { postgres: forever, seams: { onStep } })
      await start()
      const { rows } = await server.query('SELECT count(*)::int FROM items', await restored(server, location))
      expect(rows).toEqual([{ count: 90 }])
    })
  })
}

const waitForQueue = `
  const pg = require('pg')
  const client = new pg.Client({ connectionString: process.argv[1] })
  ;(async () => {
    await client.connect()
    const sql = 'SELECT FROM pg_locks WHERE NOT granted AND pid = $1'
    while (!(await client.query(sql, [process.argv[2]])).rowCount);
    await client.end()
  })()`
