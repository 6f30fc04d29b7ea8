import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'
import { targetWith } from './target.ts'

const tables = 1000
let source: TestServer
let small: TestServer
beforeAll(async () => {
  // Room for 10 locks for each of 10 + 10 + 8 + 3 processes and autovacuum's launcher.
  const settings = {
    max_connections: '10',
    max_wal_senders: '10',
    max_worker_processes: '8',
    autovacuum_max_workers: '3',
    max_locks_per_transaction: '10',
  }
  ;[source, small] = await Promise.all([startServer(16), startServer(16, { settings })])
})
afterAll(() => Promise.all([source.stop(), small.stop()]))

const create = (count: number) => `DO $$ BEGIN FOR i IN 1..${count} LOOP
  EXECUTE format('CREATE TABLE t%s AS SELECT %s AS x', i, i); END LOOP; END $$`

test('more tables than the lock table of the target has room for', async () => {
  const { location, start } = await prepare(source, await databaseWith(source, create(tables)))
  expect((await start()).tables).toHaveLength(tables)

  const target = await targetWith(small)
  // The oracle: there is no room for them.
  await expect(target.query(create(tables))).rejects.toMatchObject({ code: '53200' })
  for (const dryRun of [true, false]) {
    await expect(target.restore(location, { dryRun })).rejects.toMatchObject({
      code: 'REFUSED.LOCK_SPACE',
      message: expect.stringMatching(/^The restore needs about \d{4} locks .* has room for 320\.$/),
      hint: expect.stringContaining('--no-single-transaction'),
    })
  }
  expect(await target.objects()).toEqual([])

  const report = await target.restore(location, { singleTransaction: false })
  expect(report).toMatchObject({ rows: tables, findings: [] })
  expect(await target.objects()).toHaveLength(tables)
})

test('as many as four fifths of its room are restored', async () => {
  const { location, start } = await prepare(source, await databaseWith(source, create(250)))
  await start()
  const target = await targetWith(small)
  expect(await target.restore(location)).toMatchObject({ rows: 250, findings: [] })
})
