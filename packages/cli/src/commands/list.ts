import type { Command } from 'commander'
import { keyValueProblems } from '../arguments/key-values.ts'
import { type CommonFlags, checked, command, repeatable } from './command.ts'

export interface ListFlags extends CommonFlags {
  metadata?: string[]
}

export function listCommand(): Command {
  return command('list', 'List the backups in a folder, oldest first.', [
    'pgark list /backups',
    'pgark list /backups --metadata type=nightly --json',
  ])
    .usage('[options] <folder>')
    .argument('[folder]', 'the folder')
    .option('--metadata <key=value>', 'only backups with this metadata (repeatable)', repeatable)
    .action(async (...args) => {
      const { flags, operands } = await checked<ListFlags>(args.at(-1), {
        arguments: 1,
        *problems({ metadata }, operands) {
          if (operands?.length === 0) yield { message: 'Which folder? The argument is missing.' }
          yield* keyValueProblems('--metadata', metadata)
        },
      })
      const { runList } = await import('./run-list.ts')
      await runList(flags, operands[0] ?? '')
    })
}
