import type { Command } from 'commander'
import { urlProblems } from '../arguments/destination-url.ts'
import { keyValueProblems } from '../arguments/key-values.ts'
import { type CommonFlags, checked, command, repeatable } from './command.ts'

export interface ListFlags extends CommonFlags {
  metadata?: string[]
  incomplete?: true
}

export function listCommand(): Command {
  return command('list', 'List the backups at a destination, oldest first.', [
    'pgark list /backups',
    'pgark list s3://my-backups/shop/ --metadata type=nightly --json',
    'pgark list /backups --incomplete',
  ])
    .usage('[options] <destination>')
    .argument('[destination]', 'a folder, or a URL such as s3://bucket/prefix')
    .option('--metadata <key=value>', 'only backups with this metadata (repeatable)', repeatable)
    .option('--incomplete', 'also unfinished runs and uploads: those that are on, and what others have left')
    .action(async (...args) => {
      const { flags, operands } = await checked<ListFlags>(args.at(-1), {
        arguments: 1,
        names: { operands: ['destination'] },
        *problems({ metadata }, operands) {
          if (operands?.length === 0) yield { message: 'Which destination? The argument is missing.' }
          yield* urlProblems('The destination', operands?.[0])
          yield* keyValueProblems('--metadata', metadata)
        },
      })
      const { runList } = await import('./run-list.ts')
      await runList(flags, operands[0] ?? '')
    })
}
