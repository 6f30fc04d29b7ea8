import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { urlProblems } from '../arguments/destination-url.ts'
import { durationProblems } from '../arguments/duration.ts'
import { type OrmFlags, ormProblems } from '../arguments/orm.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command } from './command.ts'
import { withOrm } from './orm-flags.ts'

export interface DoctorFlags extends CommonFlags, OrmFlags {
  to?: string
  target?: string
  pgDump?: string
  lockTimeout?: string
  connectTimeout?: string
}

export function doctorCommand(): Command {
  const created = command(
    'doctor',
    'Tell before the first backup what would help or hinder it. Reads no rows, changes nothing.',
    [
      'pgark doctor postgres://app@db/shop --to /backups/shop.sql.zst',
      'pgark doctor --target postgres://app@staging/shop_copy   # DATABASE_URL; can its backups be restored there?',
    ],
  )
    .argument(
      '[database]',
      'URL, connection string or name; default that of an ORM, DATABASE_URL, then PGHOST, PGDATABASE …',
    )
    .option('--to <destination>', 'also try whether backups can be written there: a file, a folder or a URL')
    .option('--target <database>', 'also look whether a backup could be restored there')
    .option('--pg-dump <which>', 'who would write the definitions: auto, wasm, native or a path (default auto)')
    .option('--lock-timeout <duration>', 'how long a backup would wait for a lock on a table (default 10s)')
    .option('--connect-timeout <duration>', 'longest wait for a connection (default 10s)')
  return withOrm(created).action(async (...args) => {
    const { flags, operands, config } = await checked<DoctorFlags>(args.at(-1), {
      arguments: 1,
      names: { flags: { to: 'destination' } },
      problems,
    })
    const { runDoctor } = await import('./run-doctor.ts')
    await runDoctor(flags, operands[0], config)
  })
}

function* problems(flags: DoctorFlags, [database]: readonly string[] = [], config: ProjectConfig): Iterable<Problem> {
  if (flags.to === '-') yield { message: 'Standard output cannot be tried: --to takes a file, a folder or a URL.' }
  else yield* urlProblems('--to', flags.to)
  yield* databaseProblems('The database', database, config)
  yield* databaseProblems('--target', flags.target, config)
  yield* ormProblems(flags, database, config)
  yield* durationProblems('--lock-timeout', flags.lockTimeout)
  yield* durationProblems('--connect-timeout', flags.connectTimeout)
}
