import type { Command } from 'commander'
import { referenceProblems } from '../arguments/reference-problems.ts'
import { type CommonFlags, checked, command } from './command.ts'

interface ShowFlags extends CommonFlags {
  toc?: true
}

export function showCommand(): Command {
  return command('show', 'Show what is in a backup, from its manifest, or in an archive of pg_dump.', [
    'pgark show shop.sql.zst',
    'pgark show shop.sql.zst --json',
    'pgark show s3://my-backups/shop/latest:type=nightly',
    'pgark show shop.dump --toc',
    'pgark show /backups/shop-20261120T031500Z-4be0 --toc --json',
  ])
    .usage('[options] <backup>')
    .argument('[backup]', 'a file, <destination>/<id>, <destination>/latest, or the folder of a directory archive')
    .option('--toc', "list the archive's entries, as pg_restore --list")
    .action(async (...args) => {
      const { flags, operands } = await checked<ShowFlags>(args.at(-1), {
        arguments: 1,
        names: { operands: ['backup'] },
        *problems(_, operands) {
          if (operands?.length === 0) yield { message: 'Which backup? The argument is missing.' }
          yield* referenceProblems(operands?.[0])
        },
      })
      const [backup = ''] = operands
      if (flags.toc) {
        const { runShowToc } = await import('./run-show-toc.ts')
        return runShowToc(flags, backup)
      }
      const { runShow } = await import('./run-show.ts')
      await runShow(flags, backup)
    })
}
