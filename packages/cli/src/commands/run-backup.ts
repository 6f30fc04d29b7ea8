import { sqlCleaner } from '@pgark/cleaner'
import {
  type BackupOptions,
  type BackupPlan,
  type BackupResult,
  backup,
  backupProblems,
  type Engine,
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
import { openingProblems } from '../arguments/destination.ts'
import { durationMs } from '../arguments/duration.ts'
import { keyValueProblems, keyValues } from '../arguments/key-values.ts'
import { ormProblems } from '../arguments/orm.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { renamesOf } from '../arguments/renames.ts'
import { sizeBytes } from '../arguments/size.ts'
import { standIn } from '../arguments/stand-in.ts'
import { whileAllOpen } from '../arguments/while-all-open.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { inWordsOfConfig } from '../config/in-words-of-config.ts'
import { onTopOf, replacedFilters } from '../config/on-top-of.ts'
import { noPreset, type PresetBackup } from '../config/preset-of.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { untilInterrupted } from '../signals.ts'
import { reportError } from '../terminal/report-error.ts'
import { createReporter, type Reporter } from '../terminal/reporter.ts'
import { formatTable } from '../terminal/table.ts'
import type { BackupFlags } from './backup.ts'
import { filtersOf } from './filters-of.ts'
import { selectionOf } from './selection-flags.ts'
import { sourceOptions } from './source-options.ts'

/** Answers what was stored; nothing of a dry run. */
export async function runBackup(
  flags: BackupFlags,
  database: string | undefined,
  config: ProjectConfig,
  preset = noPreset,
): Promise<BackupResult | undefined> {
  const ofFlags = backupOptions(flags, postgres({ user: 'nobody' }), noPreset)
  return await inWordsOfConfig(preset.options, ofFlags, () => runIn(flags, database, config, preset))
}

async function runIn(
  flags: BackupFlags,
  database: string | undefined,
  config: ProjectConfig,
  preset: PresetBackup,
): Promise<BackupResult | undefined> {
  const problems = await libraryProblems(flags, database === undefined ? [] : [database], config, preset)
  // A single one has a code of its own.
  if (problems.length > 1) refuseProblems(problems)
  const chosen = await sourceDatabase(database, process.env, config, flags)
  const engine = postgres({ ...chosen.options, ...preset.engine, ...engineOptions(flags) })
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  const options = { ...backupOptions(flags, engine, preset), onEvent, log }
  const where = flags.to ?? []
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  for (const line of replacedFilters(preset.options, filtersOf(flags))) reporter.say(line)
  try {
    if (flags.dryRun) {
      printPlan(await untilInterrupted((signal) => planBackup({ ...options, signal })), flags)
      return undefined
    }
    const result = await untilInterrupted(
      (signal) => whileAllOpen(where, flags.plugin, (to) => backup({ ...options, to, signal })),
      // Where it is a destination, it fails as one.
      { endsWithStdout: !where.includes('-') },
    )
    tellOutcomes(result, reporter, flags)
    return result
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
  config: ProjectConfig,
  preset = noPreset,
): Promise<readonly Problem[]> {
  // Stands in for an engine that cannot be made; nothing connects.
  let engine = postgres({ user: 'nobody' })
  const [database] = operands ?? []
  const wrong = [...databaseProblems('', database, config), ...ormProblems(flags, database, config)]
  const isReadable = operands && wrong.length === 0
  const problems = await problemsOf(async () => {
    if (!isReadable) return
    const { options } = await sourceDatabase(database, process.env, config, flags)
    engine = postgres({ ...options, ...preset.engine, ...engineOptions(flags) })
  })
  const opening = await Promise.all((flags.to ?? []).map((to) => openingProblems(to, flags.plugin)))
  return [...problems, ...opening.flat(), ...backupProblems(backupOptions(flags, engine, preset))]
}

function engineOptions({ pgDump, idleTimeout, ...flags }: BackupFlags): PostgresOptions {
  const idleTimeoutMs = idleTimeout === undefined ? undefined : durationMs(idleTimeout)
  return {
    ...sourceOptions(flags),
    ...(pgDump !== undefined && { pgDump }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
  }
}

function backupOptions(flags: BackupFlags, engine: Engine, preset: PresetBackup): BackupOptions {
  const compression = compressionOf(flags.compress ?? '')
  const jobs = wholeNumber(flags.jobs ?? '')
  const chunkSizeBytes = sizeBytes(flags.chunkSize ?? '')
  const isPairs = [...keyValueProblems('', flags.metadata)].length === 0
  const byName = { ...filtersOf(flags), ...renamesOf(flags), ...(isPairs && { metadata: keyValues(flags.metadata) }) }
  return {
    ...forItsFormat(preset.options, flags),
    engine,
    // A dry run needs no destination; it plans what any would be given.
    to: (flags.to ?? ['']).map(standIn),
    ...selectionOf(flags),
    ...onTopOf(preset.options, byName),
    ...(!flags.header && { header: false }),
    cleaners: flags.clean ? (preset.options.cleaners ?? [sqlCleaner()]) : [],
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

/** Connections and chunks are for the format directory: those of the config are for its own format. */
function forItsFormat({ jobs, chunkSizeBytes, ...others }: Partial<BackupOptions>, flags: BackupFlags) {
  const format = flags.format ?? others.format
  const isStream = format ? format !== 'directory' : flags.to?.every((to) => standIn(to).objectKey !== undefined)
  return isStream
    ? others
    : { ...others, ...(jobs !== undefined && { jobs }), ...(chunkSizeBytes !== undefined && { chunkSizeBytes }) }
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
