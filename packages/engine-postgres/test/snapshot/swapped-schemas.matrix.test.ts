import type { Exporter } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, expectNothingLeft, prepare, restored } from './run-backup.ts'

const schema = `
  CREATE SCHEMA live; CREATE TABLE live.items AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 1000) i;
  CREATE SCHEMA next; CREATE TABLE next.items AS SELECT i AS id, 'next' AS note FROM generate_series(1, 10) i`
/** As whoever deploys by two schemas does it. No lock on a table is in its way. */
const swap =
  'BEGIN; ALTER SCHEMA live RENAME TO was; ALTER SCHEMA next RENAME TO live; ALTER SCHEMA was RENAME TO next; COMMIT'

for (const major of [14, 18] as const) {
  describe(`PostgreSQL ${major}: schemas that change places under a backup`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    for (const format of ['plain', 'custom', 'directory']) {
      test(`${format}: before anything is read: no table's rows are taken for another's`, async () => {
        const database = await databaseWith(server, schema)
        const onStep = async (step: string) => {
          if (step === 'opened') await server.query(swap, database)
        }
        const { start, folder } = await prepare(server, database, { format, seams: { onStep } })
        await expect(start()).rejects.toMatchObject({
          // Whichever is asked about first.
          code: expect.stringMatching(/^ENGINE\.(TABLES|DEFINITIONS)_CHANGED$/),
          message: expect.stringMatching(/(called (live|next)\.items by now|schema (live|next) was changed)/),
          retryable: true,
        })
        await expectNothingLeft(server, folder)
      })
    }

    test('between definitions and rows: no rows are taken for those of another table', async () => {
      const database = await databaseWith(server, schema)
      const onStep = async (step: string) => {
        if (step === 'defined') await server.query(swap, database)
      }
      const { start, folder } = await prepare(server, database, { format: 'plain', seams: { onStep } })
      await expect(start()).rejects.toMatchObject({
        code: 'ENGINE.TABLES_CHANGED',
        message: expect.stringMatching(/^Another table is called (live|next)\.items by now/),
        retryable: true,
      })
      await expectNothingLeft(server, folder)
    })

    test('there and back: the rows are those of the snapshot', async () => {
      const database = await databaseWith(server, schema)
      const onStep = async (step: string) => {
        if (step === 'opened') await server.query(`${swap}; ${swap}`, database)
      }
      const { start, location } = await prepare(server, database, { seams: { onStep } })
      await start()
      const { rows } = await server.query(
        'SELECT (SELECT count(*)::int FROM live.items) AS live, (SELECT count(*)::int FROM next.items) AS next',
        await restored(server, location),
      )
      expect(rows).toEqual([{ live: 1000, next: 10 }])
    })

    test('in the middle of a table that is read range by range: no part of it comes from another', async () => {
      const database = await databaseWith(
        server,
        `${schema}; INSERT INTO live.items SELECT i, repeat(md5(i::text), 6) FROM generate_series(1, 1000000) i`,
      )
      const { start, folder } = await prepare(server, database, {
        format: 'directory',
        jobs: 1,
        through: (to) => swappingWithin(to, () => server.query(swap, database)),
      })
      await expect(start()).rejects.toMatchObject({ code: 'ENGINE.TABLES_CHANGED' })
      await expectNothingLeft(server, folder)
    })
  })
}

/** Does something once, between the first bytes of the first object and the next. */
function swappingWithin(to: Exporter, act: () => Promise<unknown>): Exporter {
  let acted: Promise<unknown> | undefined
  return {
    ...to,
    write(key, body, options) {
      async function* interrupted() {
        for await (const chunk of body) {
          yield chunk
          acted ??= act()
          await acted
        }
      }
      return to.write(key, interrupted(), options)
    },
  }
}
