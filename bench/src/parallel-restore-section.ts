import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { TestServer } from '@pgark/test-servers'
import { type Bench, type Competitor, pgark, stock } from './competitors.ts'
import { measure } from './measure.ts'
import type { ParallelResult } from './parallel-section.ts'
import { type RoundsOptions, runRounds } from './run-rounds.ts'

export const parallelRestoreNames = {
  unread: 'pgark -j2 --no-analyze --no-verify',
  unordered: 'the same --unordered',
  read: 'pgark -j2 --no-analyze',
  pgark: 'pgark -j2',
  pgRestore: 'pg_restore -j2',
} as const

/** Everyone restores the directory backup that pgark made, by two connections, into a new database each time. */
export async function measureParallelRestores(
  server: TestServer,
  bench: Bench,
  { name, url }: { readonly name: string; readonly url: string },
  shared: RoundsOptions,
): Promise<ParallelResult> {
  const destination = path.join(bench.folder, 'to-restore')
  await measure(pgark(bench, ['backup', url, '--to', destination, '--jobs', '2']), shared.signal)
  const manifest = (await readdir(destination)).find((each) => each.endsWith('.json')) ?? ''
  const backup = path.join(destination, manifest.slice(0, -'.json'.length))
  const database = 'restored_in_parallel'
  const competitors = restorers(bench, backup, server.url(database))
  try {
    const results = await runRounds(competitors, {
      ...shared,
      async before() {
        await server.createDatabase(database)
        await server.query('CHECKPOINT')
      },
      after: () => server.query(`DROP DATABASE ${database}`),
    })
    return { dataSet: name, results }
  } finally {
    await rm(destination, { recursive: true })
  }
}

function restorers(bench: Bench, backup: string, url: string): Competitor[] {
  const ours = (name: string, ...flags: string[]): Competitor => ({
    name,
    // What was found is not stored: everyone reads the same folder.
    command: pgark(bench, ['restore', backup, '--to', url, '--jobs', '2', '--no-proof', ...flags]),
  })
  const pgRestore = path.join(bench.clients.folder, 'pg_restore')
  return [
    // What pg_restore does, which neither reads back nor ANALYZEs.
    ours(parallelRestoreNames.unread, '--no-analyze', '--no-verify'),
    ours(parallelRestoreNames.unordered, '--no-analyze', '--no-verify', '--unordered'),
    ours(parallelRestoreNames.read, '--no-analyze'),
    ours(parallelRestoreNames.pgark),
    { name: parallelRestoreNames.pgRestore, command: stock(bench, pgRestore, ['-j2', '-d', url, backup]) },
  ]
}
