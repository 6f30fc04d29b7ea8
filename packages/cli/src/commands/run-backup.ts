import {
  type BackupOptions,
  type BackupPlan,
  type BackupResult,
  backup,
  backupProblems,
  type Engine,
  type Exporter,
  file,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumberOf,
  PgarkError,
  type Problem,
  planBackup,
  refuseProblems,
  tellError,
} from '@pgark/core'
import { type PostgresOptions, postgres } from '@pgark/engine-postgres'
import { compressionOf } from '../arguments/compression.ts'
import { sourceDatabase } from '../arguments/database.ts'
import { databaseProblems } from '../arguments/database-problems.ts'
import { objectKeyOf, openingProblems } from '../arguments/destination.ts'
import { schemeOf, withoutQuery } from '../arguments/destination-url.ts'
import { durationMs } from '../arguments/duration.ts'
import { keyValueProblems, keyValues } from '../arguments/key-values.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { renamesOf } from '../arguments/renames.ts'
import { sizeBytes } from '../arguments/size.ts'
import { whileAllOpen } from '../arguments/while-all-open.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { untilInterrupted } from '../signals.ts'
import { reportError } from '../terminal/report-error.ts'
import { createReporter, type Reporter } from '../terminal/reporter.ts'
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
  const where = flags.to ?? []
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    if (flags.dryRun) return printPlan(await untilInterrupted((signal) => planBackup({ ...options, signal })), flags)
    const result = await untilInterrupted(
      (signal) => whileAllOpen(where, flags.plugin, (to) => backup({ ...options, to, signal })),
      // Where it is a destination, it fails as one.
      { endsWithStdout: !where.includes('-') },
    )
    tellOutcomes(result, reporter, flags)
  } finally {
    reporter.end()
  }
}

function tellOutcomes(
  { tables, rows, sizeBytes, durationMs, destinations }: BackupResult,
  reporter: Reporter,
  flags: BackupFlags,
): void {
  const size = `${formatNumberOf(tables.length, 'table')}, ${formatNumberOf(rows, 'row')}, ${formatBytes(sizeBytes)}`
  for (const outcome of destinations) {
    if (outcome.ok) reporter.say(`backed up ${size} to ${outcome.location} in ${formatDuration(durationMs)}`)
  }
  for (const outcome of destinations) {
    if (outcome.ok) continue
    const { code, message, ...rest } = tellError(outcome.error)
    const failed = new PgarkError(code, `${outcome.location} has no backup: ${message}`, {
      ...rest,
      cause: outcome.error,
    })
    reportError(failed, { json: false, debug: flags.debug === true })
    process.exitCode = 4
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
  const opening = await Promise.all((flags.to ?? []).map((to) => openingProblems(to, flags.plugin)))
  return [...problems, ...opening.flat(), ...backupProblems(backupOptions(flags, engine))]
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
  const compression = compressionOf(flags.compress ?? '')
  const jobs = wholeNumber(flags.jobs ?? '')
  const chunkSizeBytes = sizeBytes(flags.chunkSize ?? '')
  const isPairs = [...keyValueProblems('', flags.metadata)].length === 0
  return {
    engine,
    // A dry run needs no destination; it plans what any would be given.
    to: (flags.to ?? ['']).map(standIn),
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
    ...renamesOf(flags),
  }
}

/** Stands in for a destination as long as nothing but its name is looked at: whether it is one file, and which. */
function standIn(to: string): Exporter {
  if (to === '-') return stdoutExporter(process.stdout)
  if (schemeOf(to) === undefined) return file(to || 'dry-run.sql')
  const named = file(`/${objectKeyOf(to) ?? ''}`)
  return { ...named, location: withoutQuery(to), capabilities: { ...named.capabilities, local: false } }
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
