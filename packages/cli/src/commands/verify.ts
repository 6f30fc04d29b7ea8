import type { Command } from 'commander'
import { type CommonFlags, checked, command } from './command.ts'

export function verifyCommand(): Command {
  return command('verify', 'Read every byte of a backup: hash, completeness, rows. Needs no server.', [
    'pgark verify shop.sql.zst',
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
      const { runVerify } = await import('./run-verify.ts')
      await runVerify(flags, operands[0] ?? '')
    })
}
