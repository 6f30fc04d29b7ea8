import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differencesSql, ledgerSchema, type Mover, pausingAtTables, startMover, sumSql, total } from './mover.ts'
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
async function backUpMeanwhile(format: string, importSnapshot: boolean) {
  let atSnapshot = 0
  const onStep = async (step: string) => {
    if (step === 'exported') atSnapshot = mover.commits
    if (step === 'opened') await mover.more(40)
  }
  const pauses = pausingAtTables(() => mover.more(20))
  const { start, location } = await prepare(server, database, { format, seams: { onStep, importSnapshot }, ...pauses })
  const { id } = await start()
  const commits = mover.commits - atSnapshot
  const copy = await restored(server, location, id)
  const { rows } = await server.query(sumSql, copy)
  const differences = await server.query(differencesSql, copy)
  return { commits, sum: rows[0].sum, differences: differences.rows }
}

const rounds = { plain: 20, custom: 5, directory: 5 }
for (const [format, count] of Object.entries(rounds)) {
  for (let round = 1; round <= count; round++) {
    test(`${format} backup ${round} of ${count}: the sum holds with at least 100 transfers committed meanwhile`, async () => {
      const { commits, sum, differences } = await backUpMeanwhile(format, true)
      expect(commits).toBeGreaterThanOrEqual(100)
      expect(sum).toBe(total)
      expect(differences).toEqual([])
    })
  }

  // Where several tables are read at once nothing can be moved between any two of them for certain.
  if (format === 'directory') continue
  test(`without the shared snapshot it does not hold (${format})`, async () => {
    const { commits, sum, differences } = await backUpMeanwhile(format, false)
    expect(commits).toBeGreaterThanOrEqual(100)
    expect(sum).not.toBe(total)
    expect(differences).not.toEqual([])
  })
}
