import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { compressionOf } from '../arguments/compression.ts'
import { databaseProblems } from '../arguments/database-problems.ts'
import { schemeOf, urlProblems } from '../arguments/destination-url.ts'
import { durationProblems } from '../arguments/duration.ts'
import { keyValueProblems } from '../arguments/key-values.ts'
import { type RenameFlags, renameFlagProblems } from '../arguments/renames.ts'
import { sizeProblems } from '../arguments/size.ts'
import { wholeNumberProblems } from '../arguments/whole-number.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command, repeatable } from './command.ts'
import { type FilteredBackupFlags, filteredBackupProblems, withFilteredBackup } from './filter-flags.ts'
import { type SectionFlags, type SelectionFlags, withRenames, withSections, withSelection } from './selection-flags.ts'
import { type SourceFlags, sourceProblems, withSource } from './source-flags.ts'

export interface BackupFlags
  extends CommonFlags,
    SelectionFlags,
    SectionFlags,
    FilteredBackupFlags,
    RenameFlags,
    SourceFlags {
  to?: string[]
  format?: string
  compress?: string
  jobs?: string
  chunkSize?: string
  name?: string
  metadata?: string[]
  force?: true
  header: boolean
  clean: boolean
  disableTriggers?: true
  encoding?: string
  pgDump?: string
  idleTimeout?: string
  serializable?: true
  dryRun?: true
}

export function backupCommand(): Command {
  const created = command('backup', 'Back up a database, as it is at one instant.', [
    'pgark backup postgres://app@db/shop --to shop.sql.zst',
    "pgark backup --to shop.sql --exclude-table-data 'audit.*' --metadata ticket=PROJ-123   # DATABASE_URL",
    "pgark backup --to recent.dump --where 'orders: total > 100' --on-orphans report   # these rows only",
    'pgark backup postgres://app@db/shop --to shop.dump                     # for pg_restore, and for pgark restore',
    'pgark backup postgres://app@db/shop --to /var/backups/shop             # a new backup in a folder of them',
    'pgark backup postgres://app@db/shop --to s3://my-backups/shop/         # the same in a bucket; needs @pgark/exporter-s3',
    'pgark backup postgres://app@db/shop --to /var/backups/shop --to s3://my-backups/shop/   # both, from one read',
    'pgark backup postgres://app@db/shop --to - | gzip > shop.sql.gz',
    'pgark backup --to shop.dump --exclude-table-data Session --prisma      # the database and models of prisma.config.ts',
    'pgark backup postgres://app@db/shop --to staging.sql --schema production --rename-schema production=staging',
  ])
  const database = 'URL, connection string or name; default that of an ORM, DATABASE_URL, then PGHOST, PGDATABASE …'
  return withBackupFlags(created.argument('[database]', database)).action(async (...args) => {
    const { flags, operands, config } = await checked<BackupFlags>(args.at(-1), {
      arguments: 1,
      names: { flags: { to: 'destination' } },
      problems,
      moreProblems: async (...given) => (await import('./run-backup.ts')).libraryProblems(...given),
    })
    const { runBackup } = await import('./run-backup.ts')
    await runBackup(flags, operands[0], config)
  })
}

/** Adds every flag of a backup. */
export function withBackupFlags(created: Command): Command {
  const flagged = created
    .option(
      '--to <where>',
      'a file ending in .sql[.gz|.zst] or .dump, a folder of backups, a URL, a name; - is stdout (repeatable)',
      repeatable,
    )
    .option('--format <format>', 'directory, custom or plain; default by the name of the file, in a folder directory')
    .option('--compress <codec>', 'none, gzip[:1-9] or zstd[:1-19]; default by the name of the file, otherwise zstd:1')
    .option('--jobs <n>', 'directory: connections that read at once; default one for each CPU, at most 4')
    .option('--chunk-size <size>', 'directory: larger tables have their data in chunks of about this (default 256MB)')
    .option('--name <name>', "first part of the backup's id; default the database's name")
    .option('--metadata <key=value>', 'kept in the manifest and the header (repeatable)', repeatable)
    .option('--force', 'replace a file that is already there')
    .option('--no-header', 'leave out the comments at the head of the file')
    .option('--no-clean', 'leave the definitions exactly as pg_dump wrote them')
    .option('--disable-triggers', 'restore with triggers and foreign keys off (needs a superuser there)')
    .option('--encoding <name>', "encoding of the file; default the database's")
    .option('--pg-dump <which>', 'who writes the definitions: auto, wasm, native or a path (default auto)')
    .option('--idle-timeout <duration>', 'silence after which the server is asked whether it still works (default 5m)')
    .option('--serializable', 'wait for a snapshot that no serialisation anomaly can be in')
    .option('--dry-run', 'print what would be read, read nothing')
  return withSource(withRenames(withFilteredBackup(withSections(withSelection(flagged)))))
}

function* problems(flags: BackupFlags, [database]: readonly string[] = [], config: ProjectConfig): Iterable<Problem> {
  if (flags.to === undefined && !flags.dryRun)
    yield { message: 'Where to? --to is missing.', hint: 'for example --to shop.sql.zst' }
  yield* databaseProblems('The database', database, config)
  yield* backupFlagProblems(flags, database, config)
}

/** What is wrong with the flags of a backup by themselves, and beside its database. */
export function* backupFlagProblems(
  flags: BackupFlags,
  database: string | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  const places = flags.to ?? []
  for (const to of new Set(places)) {
    if (to === '') yield { message: '--to is empty.', hint: 'for example --to shop.sql.zst' }
    if (to !== '-') yield* urlProblems('--to', to)
    const isAgain = places.indexOf(to) < places.lastIndexOf(to)
    if (isAgain && schemeOf(to)) yield { message: '--to is given the same URL more than once.' }
  }
  if (places.includes('-') && flags.json) yield { message: '--json and --to - both need stdout.' }
  if (flags.compress !== undefined && !compressionOf(flags.compress)) {
    yield { message: `Expected --compress none, gzip[:1-9] or zstd[:1-19], got ${flags.compress}.` }
  }
  yield* wholeNumberProblems('--jobs', flags.jobs)
  yield* sizeProblems('--chunk-size', flags.chunkSize)
  yield* keyValueProblems('--metadata', flags.metadata)
  yield* filteredBackupProblems(flags)
  yield* renameFlagProblems(flags)
  yield* sourceProblems(flags, database, config)
  yield* durationProblems('--idle-timeout', flags.idleTimeout)
}
