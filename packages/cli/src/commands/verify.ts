import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { referenceProblems } from '../arguments/reference-problems.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command } from './command.ts'

export interface VerifyFlags extends CommonFlags {
  against?: string
  definitions?: true
  /** Commander turns `--no-owner` into `owner: false`. */
  owner: boolean
  privileges: boolean
  proof: boolean
}

export function verifyCommand(): Command {
  return command('verify', 'Read every byte of a backup: hash, completeness, rows. Needs no server.', [
    'pgark verify shop.sql.zst',
    'pgark verify /backups/latest',
    'pgark verify shop.dump --against postgres://app@db/shop_copy',
    'pgark verify shop.dump --against postgres://app@db/shop_copy --definitions --no-owner',
  ])
    .usage('[options] <backup>')
    .argument('[backup]', 'a file, <destination>/<id> or <destination>/latest')
    .option('--against <database>', 'also compare it with this database: rows, sequences, large objects')
    .option('--definitions', 'with --against: definitions, owners and grants, too; of archives')
    .option('--no-owner', 'with --definitions: who owns what is no difference')
    .option('--no-privileges', 'with --definitions: grants are no difference')
    .option('--no-proof', 'store no proof beside the backup')
    .action(async (...args) => {
      const { flags, operands, config } = await checked<VerifyFlags>(args.at(-1), {
        arguments: 1,
        names: { operands: ['backup'] },
        problems,
      })
      const { runVerify } = await import('./run-verify.ts')
      await runVerify(flags, operands[0] ?? '', config)
    })
}

function* problems(
  flags: VerifyFlags,
  operands: readonly string[] | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  if (operands?.length === 0) yield { message: 'Which backup? The argument is missing.' }
  yield* referenceProblems(operands?.[0])
  yield* databaseProblems('--against', flags.against, config)
  if (flags.definitions && flags.against === undefined) {
    yield { message: '--definitions compares with a database: which? --against is missing.' }
  }
  for (const flag of ['owner', 'privileges'] as const) {
    if (!flags[flag] && !flags.definitions) yield { message: `--no-${flag} has no meaning without --definitions.` }
  }
}
