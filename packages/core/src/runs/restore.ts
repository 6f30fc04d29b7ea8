import type { ConsentQuestion, Engine, RestoreReport, RestoreRequest } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup, pipedBackup } from '../destination/source.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { whileItRuns } from './while-it-runs.ts'

/** What to restore, into which database, and how. */
export interface RestoreOptions extends RunOptions {
  /** The database that is written to, for example `postgres(stagingUrl)`. */
  engine: Engine
  /** A destination or a file, or the bytes of a file as a stream. */
  from: Exporter | AsyncIterable<Uint8Array>
  /** Which backup, where `from` may hold several. */
  id?: string
  /** Create the database first; it must not exist. Default false. */
  createDatabase?: boolean
  /**
   * True: all or nothing, on one connection. False: what was restored before an error is kept. Default: all or nothing for plain
   * dumps and whatever comes as a stream; archives are restored by several connections, without a transaction around it all, after
   * everything that can be checked has been.
   */
  singleTransaction?: boolean
  /** How many connections restore an archive at once, 1 to 64. Default: as many as there are CPUs, at most 4. */
  jobs?: number
  /** ANALYZE the restored tables of an archive that several connections restore. Default true, unless it has their statistics. */
  analyze?: boolean
  /** `SET ROLE` to this role first. */
  role?: string
  /** Definitions without rows. Default false. */
  schemaOnly?: boolean
  /** Rows without definitions. Default false. */
  dataOnly?: boolean
  /** Everything belongs to the role that restores. Default false. */
  noOwner?: boolean
  /** Leave out grants. Default false. */
  noPrivileges?: boolean
  /** Check the backup and the target; change nothing. Default false. */
  dryRun?: boolean
  /** Asked before anything is destroyed. Default: never consents. */
  consent?: (question: ConsentQuestion) => Promise<boolean>
}

export interface RestoreResult extends RestoreReport {
  readonly durationMs: number
}

const flags = [
  'createDatabase',
  'singleTransaction',
  'analyze',
  'schemaOnly',
  'dataOnly',
  'noOwner',
  'noPrivileges',
  'dryRun',
] as const
const mostJobs = 64
const knownOptions = new Set<string>([
  ...flags,
  'engine',
  'from',
  'id',
  'jobs',
  'role',
  'consent',
  'signal',
  'onEvent',
  'log',
])

/**
 * Restores a backup. Stops at the first error. In one transaction a failure of any kind, damage found in the last byte included,
 * leaves the target as it was; without one the error says what exists now. Resolves with a report whose `findings` are empty when all is as in the backup.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  refuseProblems(restoreProblems(options))
  return await whileItRuns(options, (run) => makeRestore(options, run))
}

async function makeRestore(options: RestoreOptions, run: RunContext): Promise<RestoreResult> {
  const started = Date.now()
  const { engine, from } = options
  const source = 'specVersion' in from ? await openBackup(from, options.id, run.signal) : pipedBackup(from)
  const { schemaOnly = false, dataOnly = false, noOwner = false, noPrivileges = false } = options
  const request: RestoreRequest = {
    selection: { schemaOnly, dataOnly, noOwner, noPrivileges },
    createDatabase: options.createDatabase ?? false,
    singleTransaction: options.singleTransaction,
    jobs: options.jobs,
    analyze: options.analyze,
    role: options.role,
    dryRun: options.dryRun ?? false,
    consent: options.consent,
  }
  const report = await engine.restore(request, source, run)
  const result = { ...report, durationMs: Date.now() - started }
  const ok = !report.findings.some((finding) => finding.severity === 'error')
  run.onEvent({ type: 'result', command: 'restore', ok, ...result })
  return result
}

/** Everything that is wrong with the options of a restore and can be told without a server; none when they are right. */
export function restoreProblems(options: RestoreOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, knownOptions)]
  if (!isObject(options)) return problems
  const from: unknown = options.from
  const isStream = isObject(from) && Symbol.asyncIterator in from
  problems.push(
    ...pluginProblems('engine', options.engine),
    ...(isStream ? [] : pluginProblems('destination', from)),
    ...flagProblems(options, flags),
    ...textProblems(options, ['id', 'role']),
  )
  if (options.schemaOnly && options.dataOnly) problems.push({ message: 'schemaOnly and dataOnly exclude each other.' })
  if (options.dataOnly && options.createDatabase) {
    problems.push({
      message: 'A new database has no tables to load rows into: dataOnly and createDatabase exclude each other.',
    })
  }
  const { jobs } = options
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1 || jobs > mostJobs))
    problems.push({ message: `Expected 1 to ${mostJobs} jobs, got ${jobs}.` })
  else if (jobs !== undefined && jobs > 1) {
    const hint = 'several connections restore archives that can be read anywhere, without one transaction'
    if (options.singleTransaction)
      problems.push({ message: 'One transaction is one connection: jobs has no meaning with singleTransaction.', hint })
    if (isStream) problems.push({ message: 'A stream is read in order: jobs has no meaning for it.', hint })
  }
  if (options.consent !== undefined && typeof (options.consent as unknown) !== 'function')
    problems.push({ message: 'Expected consent to be a function.' })
  return problems
}
