import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { referenceProblems } from '../arguments/reference-problems.ts'
import { type CommonFlags, checked, command } from './command.ts'

export interface RemoveFlags extends CommonFlags {
  yes?: true
}

export function removeCommand(): Command {
  return command('remove', 'Remove backups: the manifest first, then the objects and proofs.', [
    'pgark remove /backups/shop-20261120T031500Z-4be0',
    'pgark remove s3://my-backups/shop/shop-20261120T031500Z-4be0 /backups/old.dump --yes',
  ])
    .usage('[options] <backup>…')
    .argument('[backup...]', 'a file, or <destination>/<id>')
    .option('--yes', 'consent, without being asked')
    .action(async (...args) => {
      const { flags, operands } = await checked<RemoveFlags>(args.at(-1), {
        arguments: Number.POSITIVE_INFINITY,
        names: { operands: ['backup'] },
        *problems(_, operands): Iterable<Problem> {
          if (operands?.length === 0) yield { message: 'Which backup? The argument is missing.' }
          for (const operand of operands ?? []) yield* referenceProblems(operand)
        },
      })
      const { runRemove } = await import('./run-remove.ts')
      await runRemove(flags, operands)
    })
}
