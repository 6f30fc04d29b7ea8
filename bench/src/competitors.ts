import path from 'node:path'
import type { Command } from './measure.ts'
import type { StockClients } from './stock-clients.ts'

/** One way to do the same work. */
export interface Competitor {
  readonly name: string
  readonly command: Command
  /** What it writes: its size is reported, and it is not there when anyone runs. */
  readonly output?: string
}

export interface Bench {
  readonly clients: StockClients
  /** The built entry of the command. */
  readonly pgark: string
  /** Where everyone writes. */
  readonly folder: string
}

export const names = {
  plain: 'pgark plain',
  zstd: 'pgark plain.zst',
  pgDumpPlain: 'pg_dump -Fp',
  pgDumpCustom: 'pg_dump -Fc',
  copy: 'psql COPY > /dev/null',
  restore: 'pgark restore',
  restoreUnread: 'pgark restore --no-verify',
  psql: 'psql -f',
} as const

/** Stock programs with the options that users give them, and no others. */
export function backupCompetitors(bench: Bench, url: string): Competitor[] {
  const { pgDump, psql } = bench.clients
  const plain = path.join(bench.folder, 'pg_dump.sql')
  const custom = path.join(bench.folder, 'pg_dump.dump')
  return [
    pgarkBackup(bench, names.plain, url, 'pgark.sql'),
    pgarkBackup(bench, names.zstd, url, 'pgark.sql.zst'),
    { name: names.pgDumpPlain, command: stock(bench, pgDump, ['-Fp', '-f', plain, url]), output: plain },
    { name: names.pgDumpCustom, command: stock(bench, pgDump, ['-Fc', '-f', custom, url]), output: custom },
    { name: names.copy, command: stock(bench, psql, ['-X', '-q', '-c', 'COPY reference TO STDOUT', url]) },
  ]
}

/** Everyone restores the same file into a database of its own. */
export function restoreCompetitors(bench: Bench, dump: string, urlOf: (name: string) => string): Competitor[] {
  const restore = (name: string, ...flags: string[]) => pgark(bench, ['restore', dump, '--to', urlOf(name), ...flags])
  const psqlArgs = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', dump, urlOf(names.psql)]
  return [
    { name: names.restore, command: restore(names.restore) },
    { name: names.restoreUnread, command: restore(names.restoreUnread, '--no-verify') },
    { name: names.psql, command: stock(bench, bench.clients.psql, psqlArgs) },
  ]
}

/** With each pg_dump that can write the definitions, and each way to write the rows. */
export function memoryCompetitors(bench: Bench, url: string): Competitor[] {
  return (['native', 'wasm'] as const).flatMap((pgDump) => [
    pgarkBackup(bench, `${names.plain}, ${pgDump}`, url, 'pgark.sql', ['--pg-dump', pgDump]),
    pgarkBackup(bench, `${names.zstd}, ${pgDump}`, url, 'pgark.sql.zst', ['--pg-dump', pgDump]),
  ])
}

function pgarkBackup(bench: Bench, name: string, url: string, fileName: string, options: string[] = []): Competitor {
  const output = path.join(bench.folder, fileName)
  return { name, command: pgark(bench, ['backup', url, '--to', output, '--force', ...options]), output }
}

/** A program of this folder, beside the stock ones. */
export const program = (bench: Bench, name: string, args: string[]) =>
  stock(bench, process.execPath, [
    '--disable-warning=ExperimentalWarning',
    path.join(import.meta.dirname, name),
    ...args,
  ])

export const pgark = (bench: Bench, args: string[]) => stock(bench, process.execPath, [bench.pgark, ...args, '--quiet'])

export function stock({ clients, folder }: Bench, program: string, args: string[]): Command {
  // Nothing of the user's own settings; `--pg-dump native` finds the programs that are measured.
  const ownSettings = /^(PG|DATABASE_URL|NODE_OPTIONS)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownSettings.test(name)))
  return { program, args, folder, env: { ...env, PATH: `${clients.folder}${path.delimiter}${env.PATH ?? ''}` } }
}
