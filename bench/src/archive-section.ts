import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { openArchive } from '@pgark/pg-archive'
import { type Bench, type Competitor, program, stock } from './competitors.ts'
import { measure } from './measure.ts'
import { type Result, type RoundsOptions, runRounds } from './run-rounds.ts'

/** An archive by stock pg_dump that everyone reads. */
interface ReadArchive {
  readonly codec: 'gzip' | 'zstd' | 'none'
  readonly file: string
  readonly fileBytes: number
  readonly contentBytes: number
}

export interface ArchiveResult extends Result {
  readonly archive: ReadArchive
}

/** The first major whose pg_dump knows zstd. */
const firstWithZstd = 16

/** pg_restore makes a script of each archive, which it throws away; we read it whole, and read it and write it again. */
export async function measureArchives(bench: Bench, url: string, shared: RoundsOptions): Promise<ArchiveResult[]> {
  const results: ArchiveResult[] = []
  // As pg_dump does by default, and as fast as it can.
  for (const codec of ['gzip', bench.clients.major >= firstWithZstd ? 'zstd' : 'none'] as const) {
    const archive = await dump(bench, url, codec, shared.signal)
    try {
      const measured = await runRounds(competitors(bench, archive), shared)
      results.push(...measured.map((result) => ({ ...result, archive })))
    } finally {
      await rm(archive.file)
    }
  }
  return results
}

function competitors(bench: Bench, { codec, file }: ReadArchive): Competitor[] {
  const output = path.join(bench.folder, 'rewritten.dump')
  const pgRestore = path.join(bench.clients.folder, 'pg_restore')
  return [
    { name: `pg_restore, ${codec}`, command: stock(bench, pgRestore, ['-f', '/dev/null', file]) },
    { name: `read, ${codec}`, command: program(bench, 'read-archive.ts', [file]) },
    { name: `rewrite, ${codec}`, command: program(bench, 'read-archive.ts', [file, output, codec]), output },
  ]
}

async function dump(bench: Bench, url: string, codec: ReadArchive['codec'], signal: AbortSignal): Promise<ReadArchive> {
  const file = path.join(bench.folder, `archive-${codec}.dump`)
  const compress = { gzip: [], zstd: ['--compress=zstd'], none: ['--compress=0'] }[codec]
  await measure(stock(bench, bench.clients.pgDump, ['-Fc', ...compress, '-f', file, url]), signal)
  let contentBytes = 0
  for await (const item of (await openArchive(file)).readData()) {
    if (item.kind === 'table') for await (const chunk of item.content) contentBytes += chunk.byteLength
  }
  return { codec, file, fileBytes: (await stat(file)).size, contentBytes }
}
