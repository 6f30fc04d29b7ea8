import { type CopiedBackup, type CopyResult, copy, formatBytes } from '@pgark/core'
import { copySource } from '../arguments/copy-source.ts'
import { openDestination } from '../arguments/destination.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { formatTable } from '../terminal/table.ts'
import type { CopyFlags } from './copy.ts'

export async function runCopy(flags: CopyFlags, source: string, destination: string): Promise<void> {
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  try {
    const result = await untilInterrupted(async (signal) => {
      const { from, id } = await copySource(source, flags.plugin, { signal })
      return await whileOpen(from, async () => {
        const to = await openDestination(destination, flags.plugin)
        const { move, dryRun } = flags
        const options = { from, to, signal, onEvent, log, ...(move && { move }), ...(dryRun && { dryRun }) }
        return await whileOpen(to, () => copy({ ...options, ...(id !== undefined && { id }) }))
      })
    })
    reporter.end()
    if (!flags.json) process.stdout.write(describe(result, flags))
    process.exitCode = exitCodeOfCopies(result.backups)
  } finally {
    reporter.end()
  }
}

/** 3 what is here or there is not what it should be · 4 some could not be copied, or removed here · 1 none could be copied. */
function exitCodeOfCopies(backups: readonly CopiedBackup[]): number {
  const has = (...states: CopiedBackup['state'][]) => backups.some(({ state }) => states.includes(state))
  if (has('damaged', 'differing')) return 3
  if (!has('failed')) return has('unremoved') ? 4 : 0
  return has('copied', 'moved', 'same', 'unremoved') ? 4 : 1
}

const there: Readonly<Record<CopiedBackup['state'], readonly [here: string, there: string]>> = {
  same: ['yes', 'yes'],
  pending: ['yes', ''],
  copied: ['yes', 'yes'],
  moved: ['', 'yes'],
  there: ['', 'yes'],
  differing: ['yes', 'another'],
  damaged: ['damaged', ''],
  unremoved: ['yes', 'yes'],
  failed: ['yes', ''],
}

function describe({ backups }: CopyResult, { quiet }: CopyFlags): string {
  const told = quiet ? backups.filter(({ problem }) => problem) : backups
  const problems = told.flatMap(({ problem }) =>
    problem ? [`${problem.code}: ${problem.message}\n${problem.hint ? `hint: ${problem.hint}\n` : ''}`] : [],
  )
  if (told.length === 0) return quiet ? '' : 'no backups\n'
  const rows = told.map(({ id, state, sizeBytes, sentBytes }) => [
    ...[id, state, ...there[state]],
    ...[sizeBytes === 0 ? '' : formatBytes(sizeBytes), sentBytes === 0 ? '' : formatBytes(sentBytes)],
  ])
  return `${formatTable(['backup', 'state', 'here', 'there', 'size', 'sent'], rows)}\n${problems.join('')}`
}
