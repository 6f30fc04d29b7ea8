import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, prepare } from '../snapshot/run-backup.ts'
import { targetWith } from './target.ts'

const tables = 1000
let source: TestServer
let small: TestServer
let location: string
beforeAll(async () => {
  ;[source, small] = await Promise.all([
    startServer(16),
    startServer(16, { settings: { max_connections: '10', max_locks_per_transaction: '10' } }),
  ])
})
afterAll(() => Promise.all([source.stop(), small.stop()]))

test('more tables than the lock table of the target has room for', async () => {
  const create = `DO $$ BEGIN FOR i IN 1..${tables} LOOP
    EXECUTE format('CREATE TABLE t%s AS SELECT %s AS x', i, i); END LOOP; END $$`
  const prepared = await prepare(source, await databaseWith(source, create))
  location = prepared.location
  expect((await prepared.start()).tables).toHaveLength(tables)

  const target = await targetWith(small)
  for (const dryRun of [true, false]) {
    await expect(target.restore(location, { dryRun })).rejects.toMatchObject({
      code: 'REFUSED.LOCK_SPACE',
      message: expect.stringMatching(/^The restore needs about \d{4} locks .* has room for 100\.$/),
      hint: expect.stringContaining('--no-single-transaction'),
    })
  }
  expect(await target.objects()).toEqual([])

  const report = await target.restore(location, { singleTransaction: false })
  expect(report).toMatchObject({ rows: tables, findings: [] })
  expect(await target.objects()).toHaveLength(tables)
})
