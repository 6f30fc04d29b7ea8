import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { styleText } from 'node:util'
import { type BackupResult, backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import type { TestServer } from '@pgark/test-servers'
import { type Comparison, compareDatabases, sumOfAccounts } from './compare/compare-databases.ts'
import { startMover } from './mover.ts'
import { createShop } from './shop/create-shop.ts'
import { count, megabytes, money, seconds } from './terminal/numbers.ts'
import { printTable } from './terminal/print-table.ts'
import { showProgress } from './terminal/show-progress.ts'

/** The demo on a server that is running: answers whether the restored database is the one that was backed up. Keeps the backup. */
export async function demo(server: TestServer, signal: AbortSignal): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-demo-'))
  try {
    return await tell(server, path.join(folder, 'shop.sql.zst'), signal)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function tell(server: TestServer, archive: string, signal: AbortSignal): Promise<boolean> {
  const sourceUrl = server.url('shop')
  const restoredUrl = server.url('shop_restored')

  await buildShop(server)
  signal.throwIfAborted()
  const before = await sumOfAccounts(sourceUrl)

  const { result, transfers } = await backUpWhileMoneyMoves(sourceUrl, archive, signal)
  await restoreCopy(archive, restoredUrl, signal)

  title('The restored database against the source as it was at the snapshot')
  const comparisons = await compareDatabases(sourceUrl, restoredUrl)
  printComparisons(comparisons)

  title('The sum of all accounts')
  const now = await sumOfAccounts(sourceUrl)
  const restored = await sumOfAccounts(restoredUrl)
  const saved = comparisons.find(({ name }) => name === 'transfers')?.restoredRows ?? 0
  printTable(
    [{ title: '' }, { title: 'sum', align: 'right' }, { title: 'transfers', align: 'right' }],
    [
      ['source, before', money(before), '0'],
      ['source, after', money(now), count(transfers)],
      ['restored', money(restored), count(saved)],
    ],
  )

  const isProved = comparisons.every(({ isEqual }) => isEqual) && before === now && before === restored
  printEnd(result, isProved)
  return isProved
}

async function buildShop(server: TestServer): Promise<void> {
  title('A small shop in an embedded PostgreSQL 17')
  const started = Date.now()
  const url = await server.createDatabase('shop')
  await createShop(url)
  const { rows } = await server.query(
    `SELECT sum(reltuples)::int AS rows, pg_database_size('shop')::float8 AS bytes
     FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind = 'r'`,
    'shop',
  )
  const took = seconds(Date.now() - started)
  console.log(`   ${count(rows[0].rows)} rows, ${megabytes(rows[0].bytes)} on disk, built in ${took}`)
}

async function backUpWhileMoneyMoves(sourceUrl: string, archive: string, signal: AbortSignal) {
  title('A backup, while a second connection keeps moving money between accounts')
  const mover = await startMover(sourceUrl)
  const progress = showProgress({ listTables: true, note: () => `  (${count(mover.committed)} transfers)` })
  let result: BackupResult
  try {
    // Some money moves before the snapshot, more after it: the backup holds the one and not the other.
    await mover.reach(500)
    result = await backup({ engine: postgres(sourceUrl), to: file(archive), signal, onEvent: progress.onEvent })
  } finally {
    progress.end()
    await mover.stop()
  }
  console.log(`   ${count(result.rows)} rows in ${seconds(result.durationMs)}, ${megabytes(result.sizeBytes)} stored`)
  return { result, transfers: mover.committed }
}

async function restoreCopy(archive: string, restoredUrl: string, signal: AbortSignal): Promise<void> {
  title('A restore into a second database')
  const progress = showProgress()
  const from = file(archive)
  try {
    const engine = postgres(restoredUrl)
    const report = await restore({ engine, from, createDatabase: true, signal, onEvent: progress.onEvent })
    progress.end()
    const took = seconds(report.durationMs)
    console.log(`   ${count(report.rows)} rows and ${count(report.statements)} statements in ${took}, one transaction`)
  } finally {
    progress.end()
  }
}

function printComparisons(comparisons: readonly Comparison[]): void {
  printTable(
    [{ title: 'shop.' }, { title: 'source', align: 'right' }, { title: 'restored', align: 'right' }, { title: 'rows' }],
    comparisons.map(({ name, sourceRows, restoredRows, isEqual }) => [
      name,
      count(sourceRows),
      count(restoredRows),
      isEqual ? styleText('green', '✓ equal') : styleText('red', '✗ DIFFERENT'),
    ]),
  )
}

function printEnd({ location, sizeBytes }: BackupResult, isProved: boolean): void {
  const verdict = isProved
    ? styleText('green', '✓ Every row is there, and no money was lost or made.')
    : styleText('red', '✗ The restored database is not the one that was backed up.')
  console.log(`\n${verdict}\n\nThe backup, yours to keep: ${location} (${megabytes(sizeBytes)})`)
  console.log('\nYour own database:')
  for (const command of [
    'npx -y pnpm@12.18.0 pgark backup <url> --to shop.sql.zst',
    'npx -y pnpm@12.18.0 pgark restore shop.sql.zst --to <url> --create-database',
    'npx -y pnpm@12.18.0 pgark verify shop.sql.zst',
  ]) {
    console.log(`   ${styleText('cyan', command)}`)
  }
}

const title = (text: string) => console.log(`\n${styleText('bold', text)}`)
