import { type DestinationStepName, type DestinationTest, testDestination } from '@pgark/core'
import { openDestination } from '../arguments/destination.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import type { CommonFlags } from './command.ts'

const names: Readonly<Record<DestinationStepName, string>> = {
  write: 'write an object',
  read: 'read it',
  list: 'list what is there',
  remove: 'remove it',
  unfinished: 'list uploads that broke off',
}

export async function runTest(flags: CommonFlags, destination: string): Promise<void> {
  const to = await openDestination(destination, flags.plugin)
  const reporter = createReporter(flags)
  try {
    const { onEvent, log } = reporter
    const result = await untilInterrupted((signal) =>
      whileOpen(to, () => testDestination({ to, signal, onEvent, log })),
    )
    reporter.end()
    if (!flags.json) process.stdout.write(describe(result, flags))
    if (!result.ok) process.exitCode = 1
  } finally {
    reporter.end()
  }
}

function describe({ location, steps, ok }: DestinationTest, { quiet }: CommonFlags): string {
  const told = quiet ? steps.filter(({ outcome }) => outcome === 'failed') : steps
  const lines = told.map(({ step, outcome, error }) => {
    const why = error ? `: ${error.code}: ${error.message}${error.hint ? `\n         hint: ${error.hint}` : ''}` : ''
    return `${outcome.padEnd(7)}  ${names[step]}${why}\n`
  })
  const summary = ok ? `ok: backups can be kept at ${location}\n` : `failed: ${location}\n`
  return `${lines.join('')}${quiet && ok ? '' : summary}`
}
