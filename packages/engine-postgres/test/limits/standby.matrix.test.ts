import path from 'node:path'
import { backup, file, type RunEvent } from '@pgark/core'
import { compareDatabases, startServer, startStandby, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { engineFor, readScript, restoreInto, temporaryFolder } from '../support/round-trip.ts'

for (const major of [13, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let primary: TestServer
    let standby: TestServer
    beforeAll(async () => {
      primary = await startServer(major)
      await primary.query(await readScript('roles.sql'))
      await primary.createDatabase('source')
      await primary.query(
        `CREATE TABLE items (id serial PRIMARY KEY, v text); CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM items;
         CREATE TABLE big AS SELECT md5(i::text) AS v FROM generate_series(1, 20000) i;
         CREATE UNLOGGED TABLE unlogged (id ${major >= 15 ? 'serial' : 'int'}, v text); INSERT INTO unlogged VALUES (1, 'x')`,
        'source',
      )
      standby = await startStandby(primary)
    })
    afterAll(async () => {
      await standby?.stop()
      await primary?.stop()
    })

    /** What the primary has done until now, the standby has done too. */
    async function untilReplayed(): Promise<void> {
      const { rows } = await primary.query('SELECT pg_current_wal_flush_lsn() AS lsn')
      const sql = `SELECT pg_last_wal_replay_lsn() >= '${rows[0].lsn}' AS done`
      while (!(await standby.query(sql)).rows[0].done);
    }

    test('a hot standby that streams from its primary', async () => {
      await primary.query(
        `INSERT INTO items (v) SELECT 'streamed' FROM generate_series(1, 100); SELECT setval('items_id_seq', 100);
         SELECT lo_from_bytea(4711, 'streamed'); REFRESH MATERIALIZED VIEW counted`,
        'source',
      )
      await untilReplayed()
      const events: RunEvent[] = []
      const to = file(path.join(await temporaryFolder(), 'backup.sql'))
      const engine = engineFor(standby, 'source')
      const { manifest } = await backup({ engine, to, onEvent: (event) => void events.push(event) })

      // As with pg_dump: of what is unlogged a standby has the definitions only. That is told.
      const unlogged = ['The rows of the unlogged table public.unlogged are']
      if (major >= 15) unlogged.push('The value of the unlogged sequence public.unlogged_id_seq is')
      expect(events.filter(({ type }) => type === 'warning')).toEqual(
        unlogged.map((what) =>
          expect.objectContaining({
            code: 'SELECTION.UNLOGGED',
            message: `${what} not in the backup: a standby has none.`,
          }),
        ),
      )
      expect(manifest?.snapshot.lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/)

      await restoreInto(primary, 'restored', to.location)
      const { rows, differences } = await compareDatabases(primary, 'source', 'restored')
      expect(differences).toEqual(['public.unlogged: 1 rows are missing, 0 are too many'])
      expect(rows).toBe(20_102)
      expect(await definitionsOf(primary, 'restored')).toEqual(await definitionsOf(primary, 'source'))
    })
  })
}
