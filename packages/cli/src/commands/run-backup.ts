import { type BackupOptions, type BackupPlan, backup, type Compression, file, planBackup } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { sourceDatabase } from '../arguments/database.ts'
import { durationMs } from '../arguments/duration.ts'
import { keyValues } from '../arguments/key-values.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { stdoutExporter } from '../terminal/stdout-exporter.ts'
import { formatTable } from '../terminal/table.ts'
import { formatBytes, formatCount, formatDuration, formatNumberOf } from '../terminal/units.ts'
import type { BackupFlags } from './backup.ts'
import { selectionOf } from './selection-flags.ts'

export async function runBackup(flags: BackupFlags, database: string | undefined): Promise<void> {
  const chosen = sourceDatabase(database, process.env)
  const lockTimeoutMs = flags.lockTimeout === undefined ? undefined : durationMs(flags.lockTimeout)
  const connectTimeoutMs = flags.connectTimeout === undefined ? undefined : durationMs(flags.connectTimeout)
  const idleTimeoutMs = flags.idleTimeout === undefined ? undefined : durationMs(flags.idleTimeout)
  const engine = postgres({
    ...chosen.options,
    ...(flags.pgDump !== undefined && { pgDump: flags.pgDump }),
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
  })
  const reporter = createReporter(flags)
  // A dry run needs no destination, and looks at none.
  const [to = 'dry-run.sql'] = flags.to ?? []
  const options: BackupOptions = {
    engine,
    to: to === '-' ? stdoutExporter(process.stdout) : file(to),
    ...selectionOf(flags),
    metadata: keyValues(flags.metadata),
    header: flags.header,
    ...(flags.compress !== undefined && { compression: compressionOf(flags.compress) }),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.force && { overwrite: true }),
    ...(flags.disableTriggers && { disableTriggers: true }),
    ...(flags.encoding !== undefined && { encoding: flags.encoding }),
    ...(flags.serializable && { serializable: true }),
    onEvent: reporter.onEvent,
    log: reporter.log,
  }
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    if (flags.dryRun) return printPlan(await untilInterrupted((signal) => planBackup({ ...options, signal })), flags)
    const result = await untilInterrupted((signal) => backup({ ...options, signal }))
    const size = `${formatNumberOf(result.tables.length, 'table')}, ${formatNumberOf(result.rows, 'row')}, ${formatBytes(result.sizeBytes)}`
    reporter.say(`backed up ${size} to ${result.location} in ${formatDuration(result.durationMs)}`)
  } finally {
    reporter.end()
  }
}

function printPlan(plan: BackupPlan, flags: BackupFlags): void {
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ type: 'result', command: 'backup', ok: true, dryRun: true, ...plan })}\n`)
    return
  }
  const rows = plan.tables.map(({ schema, name, estimatedRows, sizeBytes }) => [
    `${schema}.${name}`,
    estimatedRows < 0 ? '?' : formatCount(estimatedRows),
    formatBytes(sizeBytes),
  ])
  const statements = flags.verbose ? `\n${plan.tables.map(({ sql }) => sql).join('\n')}\n` : ''
  process.stdout.write(
    `${plan.database} on PostgreSQL ${plan.serverVersion}, definitions by ${plan.definitions}\n\n` +
      `${formatTable(['table', 'rows (estimated)', 'size on disk'], rows)}\n${statements}`,
  )
}

function compressionOf(text: string): Compression {
  const [codec, level] = text.split(':')
  return { codec: codec as Compression['codec'], ...(level !== undefined && { level: Number(level) }) }
}
