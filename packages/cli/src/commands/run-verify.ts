import { formatNumberOf, verify } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { backupReference } from '../arguments/backup-file.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import type { CommonFlags } from './command.ts'

export async function runVerify(flags: CommonFlags, reference: string): Promise<void> {
  const { from, id } = backupReference(reference)
  const reporter = createReporter(flags)
  // Checking reads the backup only: no connection is made.
  const engine = postgres({})
  try {
    const { ok, findings, location, manifest } = await untilInterrupted((signal) =>
      verify({ engine, from, ...(id !== undefined && { id }), signal, onEvent: reporter.onEvent, log: reporter.log }),
    )
    reporter.end()
    if (!ok) process.exitCode = 3
    if (flags.json) return
    const lines = findings.map(({ severity, code, message }) => `${severity}: ${code}: ${message}`)
    const counts = manifest
      ? `, ${formatNumberOf(manifest.totals.tables, 'table')}, ${formatNumberOf(manifest.totals.rows, 'row')} as in the manifest`
      : ''
    process.stdout.write([...lines, ok ? `ok: ${location}${counts}` : `damaged: ${location}`, ''].join('\n'))
  } finally {
    reporter.end()
  }
}
