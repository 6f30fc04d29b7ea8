import { PgarkError, type RestoreResult, restore } from '@pgark/core'
import { parseTarget, postgres } from '@pgark/engine-postgres'
import { backupReference } from '../arguments/backup-file.ts'
import { durationMs } from '../arguments/duration.ts'
import { untilInterrupted } from '../signals.ts'
import { consentBy } from '../terminal/consent.ts'
import { createReporter } from '../terminal/reporter.ts'
import { formatTable } from '../terminal/table.ts'
import { formatCount, formatDuration, formatNumberOf, formatTableName } from '../terminal/units.ts'
import type { RestoreFlags } from './restore.ts'
import { sectionsOf } from './selection-flags.ts'

export async function runRestore(flags: RestoreFlags, reference: string): Promise<void> {
  const connectionString = flags.to ?? ''
  if (parseTarget(connectionString).database === undefined) {
    throw new PgarkError('USAGE.OPTIONS', '--to names no database.', { hint: 'write postgres://user@host/database' })
  }
  const connectTimeoutMs = flags.connectTimeout === undefined ? undefined : durationMs(flags.connectTimeout)
  const idleTimeoutMs = flags.idleTimeout === undefined ? undefined : durationMs(flags.idleTimeout)
  const engine = postgres({
    connectionString,
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
  })
  const reporter = createReporter(flags)
  const source = reference === '-' ? { from: process.stdin } : backupReference(reference)
  reporter.say(`restoring into ${engine.location}`)
  const consent = consentBy(flags.yes ?? false, reporter.end)
  try {
    const result = await untilInterrupted((signal) =>
      restore({
        engine,
        ...source,
        ...sectionsOf(flags),
        singleTransaction: flags.singleTransaction,
        ...(flags.createDatabase && { createDatabase: true }),
        ...(flags.role !== undefined && { role: flags.role }),
        ...(flags.dryRun && { dryRun: true }),
        ...(consent && { consent }),
        signal,
        onEvent: reporter.onEvent,
        log: reporter.log,
      }),
    )
    reporter.say(summary(result))
    if (result.findings.some(({ severity }) => severity === 'error')) process.exitCode = 3
  } finally {
    reporter.end()
  }
}

function summary(result: RestoreResult): string {
  const rows = result.tables.map((table) => [
    formatTableName(table),
    formatCount(table.rows),
    table.expectedRows === undefined
      ? 'no manifest'
      : table.rows === table.expectedRows
        ? 'as in the backup'
        : formatCount(table.expectedRows),
  ])
  const table = rows.length > 0 ? `${formatTable(['table', 'rows', 'expected'], rows)}\n` : ''
  const findings = result.findings.map(({ severity, message }) => `${severity}: ${message}\n`).join('')
  const counts = `${formatNumberOf(result.tables.length, 'table')}, ${formatNumberOf(result.rows, 'row')}, ${formatNumberOf(result.statements, 'statement')}`
  const skipped = result.skipped > 0 ? `, ${formatCount(result.skipped)} passed over` : ''
  const done = result.dryRun ? `would restore ${counts}${skipped} into` : `restored ${counts}${skipped} into`
  return `${table}${findings}${done} ${result.database} in ${formatDuration(result.durationMs)}`
}
