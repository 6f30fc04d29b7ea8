import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { referenceProblems } from '../arguments/reference-problems.ts'
import { type CommonFlags, checked, command } from './command.ts'

export interface CleanFlags extends CommonFlags {
  qualifiers?: string
  settings?: string
  metaCommands?: string
  comments?: string
  blankLines?: string
}

export function cleanCommand(): Command {
  return command(
    'clean',
    'Write a plain dump without what a target does not need; rows and bodies stay byte for byte.',
    [
      'pgark clean < shop.sql > clean.sql',
      'pgark clean shop.sql.zst --comments strip > clean.sql',
      'pg_dump --schema=shop | pgark clean --qualifiers strip > shop.sql      # for the first schema of the search_path',
      'pg_dump shop | pgark clean --settings keep | psql other',
    ],
  )
    .usage('[options] [dump]')
    .argument('[dump]', 'a plain dump, also compressed, of pg_dump or pgark; without it, or -, stdin')
    .option('--qualifiers <keep|strip>', 'the schema in the names of what the dump creates (default keep)')
    .option('--settings <keep|strip>', 'settings that no target needs (default strip)')
    .option('--meta-commands <keep|strip>', "psql's own commands (default strip)")
    .option('--comments <keep|strip>', 'comments outside bodies (default keep)')
    .option('--blank-lines <keep|strip>', 'blank lines but for one between statements (default strip)')
    .action(async (...args) => {
      const parsed: Command = args.at(-1)
      // A dump has no name in a config file.
      parsed.setOptionValue('config', false)
      const { flags, operands } = await checked<CleanFlags>(parsed, {
        arguments: 1,
        problems,
        moreProblems: async (flags) => (await import('./run-clean.ts')).libraryProblems(flags),
      })
      const { runClean } = await import('./run-clean.ts')
      await runClean(flags, operands[0] ?? '-')
    })
}

function* problems(flags: CleanFlags, operands: readonly string[] | undefined): Iterable<Problem> {
  const [dump = '-'] = operands ?? []
  if (flags.json) yield { message: 'The cleaned dump is what clean writes to stdout: --json has no meaning.' }
  if (dump !== '-') yield* referenceProblems(dump)
  else if (operands && process.stdin.isTTY)
    yield {
      message: 'Which dump? The argument is missing, and standard input is a terminal.',
      hint: 'name a file, or pgark clean < shop.sql',
    }
}
