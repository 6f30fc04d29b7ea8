import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { durationProblems } from '../arguments/duration.ts'
import { type OrmFlags, ormProblems } from '../arguments/orm.ts'
import { referenceProblems } from '../arguments/reference-problems.ts'
import { type RenameFlags, renameFlagProblems } from '../arguments/renames.ts'
import { wholeNumberProblems } from '../arguments/whole-number.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command, repeatable } from './command.ts'
import { withOrm } from './orm-flags.ts'
import { type SectionFlags, type SelectionFlags, withRenames, withSections, withSelection } from './selection-flags.ts'

export interface RestoreFlags extends CommonFlags, SelectionFlags, SectionFlags, RenameFlags, OrmFlags {
  to?: string
  onExisting?: string
  createDatabase?: true
  intoNew?: true
  jobs?: string
  section?: string[]
  /** Commander turns `--no-single-transaction` into `singleTransaction: false`; undefined where neither is given. */
  singleTransaction?: boolean
  analyze?: boolean
  verify: boolean
  definitions?: true
  proof: boolean
  role?: string
  tablespace?: string
  unordered?: true
  allow?: string[]
  connectTimeout?: string
  idleTimeout?: string
  dryRun?: true
  yes?: true
}

export function restoreCommand(): Command {
  const created = command('restore', 'Restore a backup, or any dump or archive of pg_dump.', [
    'pgark restore shop.sql.zst --to postgres://app@db/shop_copy --create-database',
    'pgark restore dump.sql --to postgres://app@db/staging --no-owner --no-privileges',
    'pgark restore backups/shop-20260101T020000Z-1a2b --to postgres://app@db/shop_copy --create-database --jobs 4',
    'pgark restore s3://my-backups/shop/latest:type=nightly --to postgres://app@db/shop --into-new',
    "pgark restore shop.dump --to postgres://app@db/staging --table 'public.orders' --table 'public.items'",
    'pgark restore shop.dump --to postgres://app@db/staging --table public.orders --on-existing truncate',
    'pgark restore shop.dump --to postgres://app@db/staging --rename-schema production=staging',
    'pgark restore shop.dump --to postgres://app@db/shop --table papers --rename-table papers=papers_test',
    'zcat dump.sql.gz | pgark restore - --to postgres://app@db/staging',
  ])
    .usage('[options] <backup>')
    .argument('[backup]', 'a file, plain SQL or an archive; <destination>/<id>; <destination>/latest; - is stdin')
    .option('--to <database>', 'URL or connection string, with the name of the database')
    .option(
      '--on-existing <what>',
      'archives: what becomes of what is there: fail (default), append, truncate, drop or drop-cascade',
    )
    .option('--create-database', 'create it first; it must not exist')
    .option('--into-new', 'restore into a new database, which takes its name; the old one is kept')
    .option('--jobs <n>', 'archives: connections that restore at once; default one for each CPU, at most 4')
    .option('--section <part>', 'archives: only pre-data, data or post-data (repeatable)', repeatable)
    .option('--single-transaction', 'archives: all or nothing, on one connection, as plain dumps are by default')
    .option('--no-single-transaction', 'keep what was restored before an error')
    .option('--analyze', 'archives: ANALYZE the tables, also where their statistics are restored')
    .option('--no-analyze', 'archives: leave ANALYZE out')
    .option('--no-verify', 'leave out reading back what was restored, and comparing it with the backup')
    .option('--definitions', 'archives: compare definitions, owners and grants, too')
    .option('--no-proof', 'store no proof beside the backup')
    .option('--role <role>', 'SET ROLE to it first')
    .option('--tablespace <name>', 'put everything there, whatever the backup says')
    .option('--unordered', 'folders by pgark: several connections may load one table, whose rows lose their order')
    .option(
      '--allow <kind:name>',
      'archives: what may fail, such as extension:postgis (repeatable); exit 4',
      repeatable,
    )
    .option('--connect-timeout <duration>', 'longest wait for a connection (default 10s)')
    .option('--idle-timeout <duration>', 'silence after which the server is asked whether it still works (default 5m)')
    .option('--dry-run', 'check the backup and the target, change nothing')
    .option('--yes', 'consent to what is destroyed or added to, and to ending sessions')
  const selective = withRenames(withSections(withSelection(created)))
  return withOrm(selective, 'models and migrations').action(async (...args) => {
    const { flags, operands, config } = await checked<RestoreFlags>(args.at(-1), {
      arguments: 1,
      names: { operands: ['backup'] },
      problems,
      moreProblems: async (given, [reference = ''] = [], named) => {
        const { libraryProblems, placeProblems } = await import('./run-restore.ts')
        return [...(await libraryProblems(given, reference, named)), ...(await placeProblems(given, reference))]
      },
    })
    const { runRestore } = await import('./run-restore.ts')
    await runRestore(flags, operands[0] ?? '', config)
  })
}

function* problems(
  flags: RestoreFlags,
  operands: readonly string[] | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  if (operands?.length === 0)
    yield {
      message: 'Which backup? The argument is missing.',
      hint: 'name a file, <destination>/<id> or <destination>/latest, or - for stdin',
    }
  yield* referenceProblems(operands?.[0])
  if (flags.to === undefined) {
    yield {
      message: 'Where to? --to is missing.',
      hint: 'what is written to is never taken from the environment: give its URL',
    }
  }
  yield* databaseProblems('--to', flags.to, config)
  yield* ormProblems(flags, flags.to, config)
  yield* wholeNumberProblems('--jobs', flags.jobs)
  yield* renameFlagProblems(flags)
  yield* durationProblems('--connect-timeout', flags.connectTimeout)
  yield* durationProblems('--idle-timeout', flags.idleTimeout)
}
