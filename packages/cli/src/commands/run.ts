import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { backupNameProblems } from '../config/named-backup.ts'
import type { ProjectConfig } from '../config/project-config.ts'
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
  if (operands) yield* backupNameProblems(operands[0], config)
  yield* backupFlagProblems(flags, config.backups.get(operands?.[0] ?? '')?.database, config)
}
