import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { durationProblems } from '../arguments/duration.ts'
import { type CommonFlags, checked, command } from './command.ts'
import { type SectionFlags, withSections } from './selection-flags.ts'

export interface RestoreFlags extends CommonFlags, SectionFlags {
  to?: string
  createDatabase?: true
  /** Commander turns `--no-single-transaction` into `singleTransaction: false`. */
  singleTransaction: boolean
  role?: string
  connectTimeout?: string
  idleTimeout?: string
  dryRun?: true
  yes?: true
}

export function restoreCommand(): Command {
  const created = command('restore', 'Restore a backup, or any plain dump of pg_dump; all or nothing.', [
    'pgark restore shop.sql.zst --to postgres://app@db/shop_copy --create-database',
    'pgark restore dump.sql --to postgres://app@db/staging --no-owner --no-privileges',
    'zcat dump.sql.gz | pgark restore - --to postgres://app@db/staging',
  ])
    .usage('[options] <backup>')
    .argument('[backup]', 'a plain SQL file, also compressed with gzip or zstd; - is stdin')
    .option('--to <database>', 'URL or connection string, with the name of the database')
    .option('--create-database', 'create it first; it must not exist')
    .option('--no-single-transaction', 'keep what was restored before an error')
    .option('--role <role>', 'SET ROLE to it first')
    .option('--connect-timeout <duration>', 'longest wait for a connection (default 10s)')
    .option('--idle-timeout <duration>', 'silence after which the server is asked whether it still works (default 5m)')
    .option('--dry-run', 'check the backup and the target, change nothing')
    .option('--yes', 'consent to what the script destroys')
  return withSections(created).action(async (...args) => {
    const { flags, operands } = await checked<RestoreFlags>(args.at(-1), {
      arguments: 1,
      problems,
      moreProblems: async (given) => (await import('./run-restore.ts')).libraryProblems(given),
    })
    const { runRestore } = await import('./run-restore.ts')
    await runRestore(flags, operands[0] ?? '')
  })
}

function* problems(flags: RestoreFlags, operands: readonly string[] | undefined): Iterable<Problem> {
  if (operands?.length === 0)
    yield { message: 'Which backup? The argument is missing.', hint: 'name a file, or - for stdin' }
  if (flags.to === undefined) {
    yield {
      message: 'Where to? --to is missing.',
      hint: 'what is written to is never taken from the environment: give its URL',
    }
  }
  yield* databaseProblems('--to', flags.to)
  yield* durationProblems('--connect-timeout', flags.connectTimeout)
  yield* durationProblems('--idle-timeout', flags.idleTimeout)
}
