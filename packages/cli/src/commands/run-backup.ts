import {
  type BackupOptions,
  type BackupPlan,
  backup,
  backupProblems,
  type Engine,
  type Exporter,
  file,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumberOf,
  type Problem,
  planBackup,
  refuseProblems,
} from '@pgark/core'
import { type PostgresOptions, postgres } from '@pgark/engine-postgres'
import { compressionOf } from '../arguments/compression.ts'
import { sourceDatabase } from '../arguments/database.ts'
import { databaseProblems } from '../arguments/database-problems.ts'
import { objectKeyOf, openDestination, openingProblems } from '../arguments/destination.ts'
import { schemeOf } from '../arguments/destination-url.ts'
import { durationMs } from '../arguments/duration.ts'
import { keyValueProblems, keyValues } from '../arguments/key-values.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { sizeBytes } from '../arguments/size.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { stdoutExporter } from '../terminal/stdout-exporter.ts'
import { formatTable } from '../terminal/table.ts'
import type { BackupFlags } from './backup.ts'
import { selectionOf } from './selection-flags.ts'

export async function runBackup(flags: BackupFlags, database: string | undefined): Promise<void> {
  const problems = await libraryProblems(flags, database === undefined ? [] : [database])
  // A single one has a code of its own.
  if (problems.length > 1) refuseProblems(problems)
  const chosen = sourceDatabase(database, process.env)
  const engine = postgres({ ...chosen.options, ...engineOptions(flags) })
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  const options = { ...backupOptions(flags, engine), onEvent, log }
  const [where = ''] = flags.to ?? []
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    if (flags.dryRun) return printPlan(await untilInterrupted((signal) => planBackup({ ...options, signal })), flags)
    const to = where === '-' ? options.to : await openDestination(where, flags.plugin)
    const result = await untilInterrupted((signal) => whileOpen(to, () => backup({ ...options, to, signal })))
    const size = `${formatNumberOf(result.tables.length, 'table')}, ${formatNumberOf(result.rows, 'row')}, ${formatBytes(result.sizeBytes)}`
    reporter.say(`backed up ${size} to ${result.location} in ${formatDuration(result.durationMs)}`)
  } finally {
    reporter.end()
  }
}

/** What the library says to the options, those left out that cannot even be given to it. */
export async function libraryProblems(
  flags: BackupFlags,
  operands: readonly string[] | undefined,
): Promise<readonly Problem[]> {
  // Stands in for an engine that cannot be made; nothing connects.
  let engine = postgres({ user: 'nobody' })
  const isReadable = operands && [...databaseProblems('', operands[0])].length === 0
  const problems = await problemsOf(() => {
    if (isReadable) engine = postgres({ ...sourceDatabase(operands[0], process.env).options, ...engineOptions(flags) })
  })
  const opening = await openingProblems(flags.to?.[0] ?? '', flags.plugin)
  return [...problems, ...opening, ...backupProblems(backupOptions(flags, engine))]
}

function engineOptions({
  pgDump,
  lockTimeout,
  connectTimeout,
  idleTimeout,
  allowPooler,
}: BackupFlags): PostgresOptions {
  const lockTimeoutMs = lockTimeout === undefined ? undefined : durationMs(lockTimeout)
  const connectTimeoutMs = connectTimeout === undefined ? undefined : durationMs(connectTimeout)
  const idleTimeoutMs = idleTimeout === undefined ? undefined : durationMs(idleTimeout)
  return {
    ...(pgDump !== undefined && { pgDump }),
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    ...(allowPooler && { allowPooler }),
  }
}

function backupOptions(flags: BackupFlags, engine: Engine): BackupOptions {
  const [to = ''] = flags.to ?? []
  const compression = compressionOf(flags.compress ?? '')
  const jobs = wholeNumber(flags.jobs ?? '')
  const chunkSizeBytes = sizeBytes(flags.chunkSize ?? '')
  const isPairs = [...keyValueProblems('', flags.metadata)].length === 0
  return {
    engine,
    to: to === '-' ? stdoutExporter(process.stdout) : standIn(to),
    ...selectionOf(flags),
    ...(isPairs && { metadata: keyValues(flags.metadata) }),
    header: flags.header,
    ...(flags.format !== undefined && { format: flags.format }),
    ...(compression && { compression }),
    ...(jobs !== undefined && { jobs }),
    ...(chunkSizeBytes !== undefined && { chunkSizeBytes }),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.force && { overwrite: true }),
    ...(flags.disableTriggers && { disableTriggers: true }),
    ...(flags.encoding !== undefined && { encoding: flags.encoding }),
    ...(flags.serializable && { serializable: true }),
  }
}

/**
 * Stands in for a destination as long as nothing but its name is looked at: whether it is one file, and which. A dry run needs no
 * destination; it plans what any would be given.
 */
function standIn(to: string): Exporter {
  if (schemeOf(to) !== undefined) return file(`/${objectKeyOf(to) ?? ''}`)
  return file(to || 'dry-run.sql')
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
