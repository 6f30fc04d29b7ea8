import {
  type Engine,
  file,
  formatCount,
  formatDuration,
  formatNumberOf,
  type OnExisting,
  type Problem,
  type RestoreOptions,
  type RestoreResult,
  type RestoreSection,
  refuseProblems,
  restore,
  restoreProblems,
} from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { backupReference, placeOf } from '../arguments/backup-reference.ts'
import { targetDatabase } from '../arguments/database.ts'
import { databaseProblems } from '../arguments/database-problems.ts'
import { openingProblems } from '../arguments/destination.ts'
import { schemeOf } from '../arguments/destination-url.ts'
import { durationMs } from '../arguments/duration.ts'
import { ormProblems } from '../arguments/orm.ts'
import { isPiped, openPiped } from '../arguments/piped-reference.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { renamesOf } from '../arguments/renames.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { exitCodeOfFindings } from '../exit-codes.ts'
import { untilInterrupted } from '../signals.ts'
import { consentBy } from '../terminal/consent.ts'
import { createReporter, type Reporter } from '../terminal/reporter.ts'
import { formatTable } from '../terminal/table.ts'
import { formatTableName } from '../terminal/table-name.ts'
import type { RestoreFlags } from './restore.ts'
import { selectionOf } from './selection-flags.ts'

export async function runRestore(flags: RestoreFlags, reference: string, config: ProjectConfig): Promise<void> {
  const problems = await libraryProblems(flags, reference, config)
  if (problems.length > 0) {
    const all = [...problems, ...(await placeProblems(flags, reference))]
    // A single one may have a code of its own.
    if (all.length === 1) await targetOf(flags, config)
    refuseProblems(all)
  }
  const engine = await targetOf(flags, config)
  const reporter = createReporter(flags)
  const consent = consentBy(flags.yes ?? false, reporter.end)
  try {
    const result = await untilInterrupted(async (signal) => {
      const restoreFrom = (from: RestoreOptions['from'], id?: string) =>
        restore({
          ...restoreOptions(flags, engine),
          from,
          ...(id !== undefined && { id }),
          ...(consent && { consent }),
          signal,
          onEvent: reporter.onEvent,
          log: reporter.log,
        })
      if (isPiped(reference)) {
        reporter.say(`restoring ${reference === '-' ? 'standard input' : reference} into ${engine.location}`)
        const piped = openPiped(reference)
        // What waits for more of it would keep the process, for as long as whoever writes there is silent.
        return await restoreFrom(piped).finally(() => piped.destroy())
      }
      const { from, id } = await backupReference(reference, flags.plugin, { signal })
      reporter.say(`restoring ${id ?? from.location} into ${engine.location}`)
      return await whileOpen(from, () => restoreFrom(from, id))
    })
    report(result, reporter)
    process.exitCode = exitCodeOfFindings(result.findings)
  } finally {
    reporter.end()
  }
}

/** What the library says to the options. */
export async function libraryProblems(
  flags: RestoreFlags,
  reference: string,
  config: ProjectConfig,
): Promise<readonly Problem[]> {
  // Stand in for an engine that cannot be made, and for what may not be there; nothing connects, nothing is read.
  let engine = postgres({ user: 'nobody' })
  const from = isPiped(reference) ? process.stdin : file('backup')
  const wrong = [...databaseProblems('', flags.to, config), ...ormProblems(flags, flags.to, config)]
  const isReadable = flags.to !== undefined && wrong.length === 0
  const problems = await problemsOf(async () => {
    if (isReadable) engine = await targetOf(flags, config)
  })
  return [...problems, ...restoreProblems({ ...restoreOptions(flags, engine), from })]
}

/** What the package that knows the backup's URL says to it. */
export async function placeProblems(flags: RestoreFlags, reference: string): Promise<readonly Problem[]> {
  return schemeOf(reference) === undefined ? [] : await openingProblems(placeOf(reference), flags.plugin)
}

async function targetOf(flags: RestoreFlags, config: ProjectConfig): Promise<Engine> {
  const { to = '', connectTimeout, idleTimeout } = flags
  const connectTimeoutMs = connectTimeout === undefined ? undefined : durationMs(connectTimeout)
  const idleTimeoutMs = idleTimeout === undefined ? undefined : durationMs(idleTimeout)
  return postgres({
    ...(await targetDatabase('--to', to, process.env, config, flags)),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
  })
}

function restoreOptions(flags: RestoreFlags, engine: Engine): Omit<RestoreOptions, 'from'> {
  return {
    engine,
    ...selectionOf(flags),
    verify: flags.verify,
    proof: flags.proof,
    ...(flags.definitions && { definitions: true }),
    ...(flags.singleTransaction !== undefined && { singleTransaction: flags.singleTransaction }),
    ...(flags.analyze !== undefined && { analyze: flags.analyze }),
    ...(flags.jobs !== undefined && { jobs: wholeNumber(flags.jobs) ?? 0 }),
    // What is none of them the library refuses.
    ...(flags.section && { sections: flags.section as RestoreSection[] }),
    ...(flags.onExisting !== undefined && { onExisting: flags.onExisting as OnExisting }),
    ...(flags.createDatabase && { createDatabase: true }),
    ...(flags.intoNew && { intoNew: true }),
    ...(flags.role !== undefined && { role: flags.role }),
    ...(flags.tablespace !== undefined && { tablespace: flags.tablespace }),
    ...(flags.unordered && { unordered: true }),
    ...(flags.allow && { allow: flags.allow }),
    ...renamesOf(flags),
    ...(flags.dryRun && { dryRun: true }),
  }
}

function report(result: RestoreResult, { say, complain }: Reporter): void {
  const rows = result.tables.map((table) => [
    formatTableName(table),
    formatCount(table.rows),
    table.expectedRows === undefined
      ? 'no manifest'
      : table.rows === table.expectedRows
        ? 'as in the backup'
        : formatCount(table.expectedRows),
  ])
  if (rows.length > 0) say(formatTable(['table', 'rows', 'expected'], rows))
  for (const { severity, code, message, hint } of result.findings) {
    const told = `${message}${hint === undefined ? '' : `\nhint: ${hint}`}`
    if (severity === 'error') complain(`error: ${code}: ${told}`)
    else say(`${severity}: ${told}`)
  }
  const counts = `${formatNumberOf(result.tables.length, 'table')}, ${formatNumberOf(result.rows, 'row')}, ${formatNumberOf(result.statements, 'statement')}`
  const skipped = result.skipped > 0 ? `, ${formatCount(result.skipped)} passed over` : ''
  const done = result.dryRun ? `would restore ${counts}${skipped} into` : `restored ${counts}${skipped} into`
  say(`${done} ${result.database} in ${formatDuration(result.durationMs)}${kept(result)}`)
}

const kept = ({ database, replaced }: RestoreResult) =>
  replaced
    ? `\nwhat was ${database} before is kept as ${replaced.keptAs}; once it is not needed any more: ${replaced.drop};`
    : ''
