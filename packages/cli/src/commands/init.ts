import type { Command } from 'commander'
import { type CommonFlags, checked, command } from './command.ts'

export function initCommand(): Command {
  return command('init', 'Ask for database, destination and retention, and write a first pgark.config.ts.', [
    'pgark init',
  ]).action(async (...args) => {
    const parsed: Command = args.at(-1)
    // Whatever config file there is already: it is not needed for another one.
    parsed.setOptionValue('config', false)
    await checked<CommonFlags>(parsed, { arguments: 0, problems: () => [] })
    const { runInit } = await import('./run-init.ts')
    await runInit()
  })
}
