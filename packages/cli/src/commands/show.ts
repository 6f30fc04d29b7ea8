import type { Command } from 'commander'
import { type CommonFlags, checked, command } from './command.ts'

export function showCommand(): Command {
  return command('show', 'Show what is in a backup, from its manifest.', [
    'pgark show shop.sql.zst',
    'pgark show shop.sql.zst --json',
  ])
    .usage('[options] <backup>')
    .argument('[backup]', 'a file, or <folder>/<id>')
    .action(async (...args) => {
      const { flags, operands } = await checked<CommonFlags>(args.at(-1), {
        arguments: 1,
        *problems(_, operands) {
          if (operands?.length === 0) yield { message: 'Which backup? The argument is missing.' }
        },
      })
      const { runShow } = await import('./run-show.ts')
      await runShow(flags, operands[0] ?? '')
    })
}
