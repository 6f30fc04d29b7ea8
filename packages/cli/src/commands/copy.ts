import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { urlProblems } from '../arguments/destination-url.ts'
import { type CommonFlags, checked, command } from './command.ts'

export interface CopyFlags extends CommonFlags {
  move?: true
  dryRun?: true
}

export function copyCommand(): Command {
  return command('copy', 'Copy backups that are missing at another destination, each checked on its way.', [
    'pgark copy /backups s3://my-backups/shop/',
    'pgark copy /backups s3://my-backups/shop/ --dry-run   # what is here, there, pending',
    'pgark copy s3://my-backups/shop/latest /restore',
    'pgark copy /backups/shop-20261120T031500Z-4be0 shop.dump',
    'pgark copy /staging s3://my-backups/shop/ --move',
  ])
    .usage('[options] <backup|destination> <destination>')
    .argument('[from]', 'one backup, or a folder or URL with many')
    .argument('[to]', 'a folder or a URL; for one backup also a file')
    .option('--move', 'remove here what was read back there, every byte, and found the same')
    .option('--dry-run', 'tell what is here, there, pending and differing; write nothing')
    .action(async (...args) => {
      const { flags, operands } = await checked<CopyFlags>(args.at(-1), {
        arguments: 2,
        names: { operands: ['either', 'destination'] },
        problems,
      })
      const { runCopy } = await import('./run-copy.ts')
      const [from = '', to = ''] = operands
      await runCopy(flags, from, to)
    })
}

function* problems(_: CopyFlags, operands: readonly string[] | undefined): Iterable<Problem> {
  if (operands?.length === 0) yield { message: 'What is to be copied? The arguments are missing.' }
  if (operands?.length === 1) yield { message: 'Where to? The second argument is missing.' }
  yield* urlProblems('What is to be copied', operands?.[0])
  yield* urlProblems('The destination', operands?.[1])
}
