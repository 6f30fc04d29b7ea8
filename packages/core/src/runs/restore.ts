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
  /** All or nothing. Default true. */
  singleTransaction?: boolean
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
  'schemaOnly',
  'dataOnly',
  'noOwner',
  'noPrivileges',
  'dryRun',
] as const
const knownOptions = new Set<string>([...flags, 'engine', 'from', 'id', 'role', 'consent', 'signal', 'onEvent', 'log'])

/**
 * Restores a backup. Stops at the first error. In one transaction (the default) a failure of any kind, damage found in the last
 * byte included, leaves the target as it was. Resolves with a report whose `findings` are empty when all is as in the backup.
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
    singleTransaction: options.singleTransaction ?? true,
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
  if (options.consent !== undefined && typeof (options.consent as unknown) !== 'function')
    problems.push({ message: 'Expected consent to be a function.' })
  return problems
}
