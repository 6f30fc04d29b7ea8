import type { Command } from 'commander'
import { watchEnvironment } from '../config/watch-environment.ts'
import { type CommonFlags, checked, command } from './command.ts'

export function configCommand(): Command {
  return command('config', 'Check the config file and print what it comes to, secrets redacted. Nothing connects.', [
    'pgark config',
    'pgark config --config /srv/shop/pgark.config.ts --json',
  ]).action(async (...args) => {
    const { result, read } = await watchEnvironment(() =>
      checked<CommonFlags>(args.at(-1), {
        arguments: 0,
        *problems(_, __, { file }) {
          const hint = 'pgark init writes one; --config <file> names one that is elsewhere'
          if (file === undefined) yield { message: 'There is no config file here or above.', hint }
        },
      }),
    )
    const { runConfig } = await import('./run-config.ts')
    await runConfig(result.flags, result.config, read)
  })
}
