import { startServer, type TestServer } from '@pgark/test-servers'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Connector, createConnector } from '../../src/connection/connect.ts'
import { resolveOptions } from '../../src/options.ts'
import { holdSnapshot, type SnapshotStep } from '../../src/snapshot/held-snapshot.ts'
import { applicationName, databaseWith, openSession, prepare, restored, untilSomeoneWaits } from './run-backup.ts'

const schema = 'CREATE TABLE items AS SELECT i AS id FROM generate_series(1, 100) i'

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: a snapshot that is held`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    /** Connections whose transactions take their snapshot with their first statement, before any lock. */
    function tooEarly(connector: Connector): Connector {
      return {
        ...connector,
        async connect(...args) {
          const client = await connector.connect(...args)
          const query = client.query.bind(client) as (sql: string) => Promise<pg.QueryResult>
          const early = (sql: string) => query(sql.startsWith('BEGIN') ? `${sql}; SELECT 1 FROM pg_class LIMIT 1` : sql)
          return Object.assign(client, {
            query: (first: unknown, ...rest: unknown[]) =>
              typeof first === 'string' && rest.length === 0
                ? early(first)
                : (query as (...all: unknown[]) => unknown)(first, ...rest),
          })
        },
      }
    }

    for (const sql of ['TRUNCATE items', 'ALTER TABLE items ALTER id TYPE bigint']) {
      test(`is not one from before the locks: ${sql} in between is noticed, and it is taken again`, async () => {
        const database = await databaseWith(server, schema)
        const connector = createConnector(resolveOptions({ connectionString: server.url(database) }))
        const other = await openSession(server, database)
        const blocker = await openSession(server, database)
        const told: string[] = []
        let listed = 0
        let done: Promise<unknown> = Promise.resolve()
        const onStep = async (step: SnapshotStep) => {
          if (step !== 'listed' || ++listed > 1) return
          await blocker.client.query('BEGIN; LOCK TABLE items')
          // Queued behind the blocker and before the backup, so that it runs after the snapshot and before the lock.
          const statement = other.client.query(sql)
          await untilSomeoneWaits(blocker.client)
          done = untilSomeoneWaits(blocker.client, [other.pid]).then(() =>
            Promise.all([blocker.client.query('COMMIT'), statement]),
          )
        }
        const run = {
          signal: new AbortController().signal,
          onEvent: () => {},
          log: { debug: (message: string) => void told.push(message) },
        }
        const held = await holdSnapshot(tooEarly(connector), { selection: {}, serializable: false, onStep }, run)
        await held.release()
        await done
        expect(told).toEqual([
          'tables changed while they were being locked (public.items was rewritten); beginning again',
        ])
      })
    }

    test('is refused where a SET does not reach the server', async () => {
      const database = await databaseWith(server, schema)
      await server.query(`ALTER DATABASE ${database} SET idle_in_transaction_session_timeout = '1 h'`)
      const made = createConnector(resolveOptions({ connectionString: server.url(database) }))
      const connector: Connector = {
        ...made,
        async connect(...args) {
          const client = await made.connect(...args)
          const query = client.query.bind(client) as (...all: unknown[]) => unknown
          const swallow = (sql: unknown) =>
            typeof sql === 'string' ? sql.replace("SET LOCAL idle_in_transaction_session_timeout = '0'", '') : sql
          return Object.assign(client, { query: (sql: unknown, ...rest: unknown[]) => query(swallow(sql), ...rest) })
        },
      }
      const run = { signal: new AbortController().signal, onEvent: () => {}, log: { debug() {} } }
      await expect(holdSnapshot(connector, { selection: {}, serializable: false }, run)).rejects.toMatchObject({
        code: 'ENGINE.SETTINGS',
        message: 'The server did not keep these settings: idle_in_transaction_session_timeout.',
      })
    })

    test('outlives the timeouts that are set for the database', async () => {
      const database = await databaseWith(server, schema)
      const timeouts = [
        'idle_in_transaction_session_timeout = 1',
        ...(major >= 17 ? ['transaction_timeout = 500'] : []),
      ]
      for (const timeout of timeouts) await server.query(`ALTER DATABASE ${database} SET ${timeout}`)
      const observer = await openSession(server)
      const onStep = async (step: SnapshotStep) => {
        if (step !== 'defined') return
        const old = `SELECT FROM pg_stat_activity
                     WHERE application_name = '${applicationName}' AND clock_timestamp() - xact_start > '600 ms'`
        while (!(await observer.client.query(old)).rowCount);
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      expect(await start()).toMatchObject({ rows: 100 })
      await restored(server, location)
    })

    test('is asked something every 30 seconds, so that no firewall forgets its connection', async () => {
      const database = await databaseWith(server, schema)
      const connector = createConnector(resolveOptions({ connectionString: server.url(database) }))
      const run = { signal: new AbortController().signal, onEvent: () => {}, log: { debug() {} } }
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const held = await holdSnapshot(connector, { selection: {}, serializable: false }, run)
        const asked: unknown[] = []
        const query = held.client.query.bind(held.client) as (sql: unknown) => Promise<unknown>
        Object.assign(held.client, {
          query(sql: unknown) {
            asked.push(sql)
            return query(sql)
          },
        })
        vi.advanceTimersByTime(29_999)
        expect(asked).toEqual([])
        vi.advanceTimersByTime(30_001)
        expect(asked).toEqual(['SELECT 1', 'SELECT 1'])
        await held.release()
        const afterRelease = asked.length
        vi.advanceTimersByTime(60_000)
        expect(asked).toHaveLength(afterRelease)
      } finally {
        vi.useRealTimers()
      }
    })

    test('shows its connections by name', async () => {
      const database = await databaseWith(server, schema)
      const names: unknown[] = []
      const onStep = async (step: SnapshotStep) => {
        if (step !== 'defined') return
        const sql = `SELECT application_name AS name FROM pg_stat_activity WHERE datname = '${database}'`
        names.push(...(await server.query(sql)).rows.map(({ name }) => name))
      }
      const { start } = await prepare(server, database, { seams: { onStep } })
      await start()
      expect(new Set(names)).toEqual(new Set([applicationName]))
      expect(names.length).toBeGreaterThanOrEqual(2)
    })
  })
}
