import type { Problem } from '@pgark/core'
import type { Command } from 'commander'
import { urlProblems } from '../arguments/destination-url.ts'
import { keyValueProblems } from '../arguments/key-values.ts'
import { periodProblems } from '../arguments/period.ts'
import { wholeNumberProblems } from '../arguments/whole-number.ts'
import { destinationOf, type ProjectConfig } from '../config/project-config.ts'
import { type CommonFlags, checked, command, repeatable } from './command.ts'

export interface PruneFlags extends CommonFlags {
  keepLast?: string
  keepHourly?: string
  keepDaily?: string
  keepWeekly?: string
  keepMonthly?: string
  keepYearly?: string
  keepWithin?: string
  keepMetadata?: string[]
  minKeep?: string
  count?: string
  groupBy?: string
  timeZone?: string
  incompleteAfter?: string
  dryRun?: true
  yes?: true
}

export function pruneCommand(): Command {
  return command('prune', 'Thin the backups at a destination by rules, and collect what runs that died have left.', [
    'pgark prune /backups --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run',
    'pgark prune s3://my-backups/shop/ --keep-within 30d --keep-metadata keep=forever --yes',
    'pgark prune /backups --keep-last 3 --group-by name,metadata:type --count verified --yes',
  ])
    .usage('[options] <destination>')
    .argument(
      '[destination]',
      'a folder, a URL such as s3://bucket/prefix, or a name, whose rules hold if none are given',
    )
    .option('--keep-last <n>', 'the newest n')
    .option('--keep-hourly <n>', 'the newest of each of the last n hours with a backup')
    .option('--keep-daily <n>', 'likewise days')
    .option('--keep-weekly <n>', 'likewise weeks, which begin on Monday')
    .option('--keep-monthly <n>', 'likewise months')
    .option('--keep-yearly <n>', 'likewise years')
    .option('--keep-within <period>', 'all that are at most so much older than the newest: 24h, 30d, 8w, 1y')
    .option('--keep-metadata <key=value>', 'all with this metadata (repeatable: with all of it)', repeatable)
    .option('--min-keep <n>', 'the newest n good ones, whatever else is said (default 1)')
    .option('--count <what>', 'what rules count: complete (default) or verified backups')
    .option('--group-by <what>', 'rules hold for each name (default), or name,metadata:<key>')
    .option('--time-zone <name>', 'in which days begin, such as Europe/Berlin (default UTC)')
    .option(
      '--incomplete-after <period>',
      'collect unfinished runs and uploads of which nothing was written since (default 24h)',
    )
    .option('--dry-run', 'tell which rule keeps what, remove nothing')
    .option('--yes', 'consent, without being asked')
    .action(async (...args) => {
      const parsed: Command = args.at(-1)
      const retentionIn = (config: ProjectConfig) => destinationOf(parsed.args[0] ?? '', config)?.retention
      const { flags, operands, config } = await checked<PruneFlags>(parsed, {
        arguments: 1,
        names: { operands: ['destination'] },
        problems,
        moreProblems: async (given, _, named) =>
          (await import('./prune-options.ts')).libraryProblems(given, retentionIn(named)),
      })
      const { runPrune } = await import('./run-prune.ts')
      await runPrune(flags, operands[0] ?? '', retentionIn(config))
    })
}

function* problems(flags: PruneFlags, operands: readonly string[] | undefined): Iterable<Problem> {
  if (operands?.length === 0) yield { message: 'Which destination? The argument is missing.' }
  yield* urlProblems('The destination', operands?.[0])
  yield* wholeNumberProblems('--keep-last', flags.keepLast)
  yield* wholeNumberProblems('--keep-hourly', flags.keepHourly)
  yield* wholeNumberProblems('--keep-daily', flags.keepDaily)
  yield* wholeNumberProblems('--keep-weekly', flags.keepWeekly)
  yield* wholeNumberProblems('--keep-monthly', flags.keepMonthly)
  yield* wholeNumberProblems('--keep-yearly', flags.keepYearly)
  yield* wholeNumberProblems('--min-keep', flags.minKeep)
  yield* periodProblems('--keep-within', flags.keepWithin)
  yield* periodProblems('--incomplete-after', flags.incompleteAfter)
  yield* keyValueProblems('--keep-metadata', flags.keepMetadata)
}
