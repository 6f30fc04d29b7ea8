import path from 'node:path'
import { type Bench, type Competitor, pgark, stock } from './competitors.ts'
import type { DataSet } from './data-sets.ts'
import { type Result, type RoundsOptions, runRounds } from './run-rounds.ts'

export interface ParallelResult {
  readonly dataSet: string
  readonly results: readonly Result[]
}

export const parallelNames = {
  pgark: 'pgark -j2, zstd:1',
  pgarkPlain: 'pgark -j2, none',
  pgDump: 'pg_dump -Fd -j2 -Z zstd:1',
  pgDumpDefault: 'pg_dump -Fd -j2',
  pgDumpCustom: 'pg_dump -Fc',
  limit: 'two psql COPYs > /dev/null',
} as const

/** The first major whose pg_dump knows zstd. */
const firstWithZstd = 16

/** Directory backups by two connections, side by side with pg_dump's. */
export async function measureParallel(
  bench: Bench,
  { name, url, table }: Pick<DataSet, 'name'> & { readonly url: string; readonly table?: string },
  shared: RoundsOptions,
): Promise<ParallelResult> {
  const competitors = parallelCompetitors(bench, url, table)
  // So that nobody is the first to read the tables.
  const [first] = competitors
  if (first) await runRounds([first], { ...shared, rounds: 1, tell: () => {} })
  return { dataSet: name, results: await runRounds(competitors, shared) }
}

function parallelCompetitors(bench: Bench, url: string, table: string | undefined): Competitor[] {
  const { pgDump, psql, major } = bench.clients
  const output = path.join(bench.folder, 'directory')
  const ours = (name: string, options: string[]): Competitor => ({
    name,
    command: pgark(bench, ['backup', url, '--to', output, '--jobs', '2', ...options]),
    output,
  })
  const theirs = (name: string, options: string[]): Competitor => ({
    name,
    command: stock(bench, pgDump, [...options, '-f', output, url]),
    output,
  })
  // Halves by blocks, as fast as the server can read them.
  const halves = `n=$("$0" -X -A -t -c "SELECT pg_relation_size('${table}') / 8192 / 2" "$1")
    "$0" -X -q -c "COPY (SELECT * FROM ${table} WHERE ctid < '($n,0)') TO STDOUT" "$1" > /dev/null &
    "$0" -X -q -c "COPY (SELECT * FROM ${table} WHERE ctid >= '($n,0)') TO STDOUT" "$1" > /dev/null; wait`
  return [
    ours(parallelNames.pgark, []),
    ours(parallelNames.pgarkPlain, ['--compress', 'none']),
    ...(major >= firstWithZstd ? [theirs(parallelNames.pgDump, ['-Fd', '-j2', '-Z', 'zstd:1'])] : []),
    theirs(parallelNames.pgDumpDefault, ['-Fd', '-j2']),
    theirs(parallelNames.pgDumpCustom, ['-Fc']),
    ...(table === undefined
      ? []
      : [{ name: parallelNames.limit, command: stock(bench, '/bin/sh', ['-c', halves, psql, url]) }]),
  ]
}
