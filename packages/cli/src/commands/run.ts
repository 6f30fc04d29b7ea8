import { didYouMean, type Problem } from '@pgark/core'
import type { Command } from 'commander'
import { databaseProblems } from '../arguments/database-problems.ts'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'
import { type BackupFlags, backupFlagProblems, withBackupFlags } from './backup.ts'
import { checked, command } from './command.ts'

export function runCommand(): Command {
  const created = command('run', 'Back up as the config file says under this name. Every flag overrides it.', [
    'pgark run nightly',
    'pgark run nightly --dry-run',
    'pgark run nightly --to ./here --metadata reason=migration',
    'pgark run nightly --config /srv/shop/pgark.config.ts --env-file /srv/shop/.env --quiet   # from cron',
  ])
    .usage('[options] <name>')
    .argument('[name]', 'one of `backups` in the config file')
  return withBackupFlags(created).action(async (...args) => {
    const parsed: Command = args.at(-1)
    const { flags, operands, config } = await checked<BackupFlags>(parsed, {
      arguments: 1,
      names: { flags: { to: 'destination' } },
      problems,
    })
    const { runNamed } = await import('./run-named.ts')
    await runNamed(flags, operands[0] ?? '', config, parsed.opts<BackupFlags>().to)
  })
}

function* problems(
  flags: BackupFlags,
  operands: readonly string[] | undefined,
  config: ProjectConfig,
): Iterable<Problem> {
  if (operands) yield* nameProblems(operands[0], config)
  yield* backupFlagProblems(flags)
}

function* nameProblems(name: string | undefined, config: ProjectConfig): Iterable<Problem> {
  const { file, backups } = config
  const names = backups.size > 0 ? `there are ${[...backups.keys()].join(', ')}` : 'it has no backups'
  const backup = backups.get(name ?? '')
  if (file === undefined) {
    const hint = 'pgark init writes one; --config <file> names one that is elsewhere'
    yield { message: 'There is no config file here or above.', hint }
  } else if (name === undefined) {
    yield { message: 'Which backup? The name is missing.', hint: `in ${configTitle(config)} ${names}` }
  } else if (backup) yield* databaseProblems(`backups.${name}.database`, backup.database, config)
  else {
    const hint = didYouMean(name, backups.keys()) ?? names
    yield { message: `There is no backup ${name} in ${configTitle(config)}.`, hint }
  }
}
