import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differencesSql, ledgerSchema, type Mover, pausingBefore, startMover, sumSql, total } from './mover.ts'
import { databaseWith, prepare, restored } from './run-backup.ts'

let server: TestServer
let database: string
let mover: Mover
beforeAll(async () => {
  server = await startServer(16)
  database = await databaseWith(server, ledgerSchema)
  mover = await startMover(server, database)
})
// Run in reverse order: the mover stops before its server does.
afterAll(() => server.stop())
afterAll(() => mover.stop())

/** Backs up while money moves: before the rows are read, and again between each table and the next. */
async function backUpMeanwhile(importSnapshot: boolean) {
  let atSnapshot = 0
  const onStep = async (step: string) => {
    if (step === 'exported') atSnapshot = mover.commits
    if (step === 'defined') await mover.more(40)
  }
  const through = pausingBefore(
    (line) => line.startsWith('COPY "public".'),
    () => mover.more(20),
  )
  const { start, location } = await prepare(server, database, { seams: { onStep, importSnapshot }, through })
  await start()
  const commits = mover.commits - atSnapshot
  const copy = await restored(server, location)
  const { rows } = await server.query(sumSql, copy)
  const differences = await server.query(differencesSql, copy)
  return { commits, sum: rows[0].sum, differences: differences.rows }
}

for (let round = 1; round <= 20; round++) {
  test(`backup ${round} of 20: the sum holds with at least 100 transfers committed meanwhile`, async () => {
    const { commits, sum, differences } = await backUpMeanwhile(true)
    expect(commits).toBeGreaterThanOrEqual(100)
    expect(sum).toBe(total)
    expect(differences).toEqual([])
  })
}

test('without the shared snapshot it does not hold', async () => {
  const { commits, sum, differences } = await backUpMeanwhile(false)
  expect(commits).toBeGreaterThanOrEqual(100)
  expect(sum).not.toBe(total)
  expect(differences).not.toEqual([])
})
