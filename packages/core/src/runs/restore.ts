import type {
  ConsentQuestion,
  Engine,
  OnExisting,
  RestoreReport,
  RestoreRequest,
  RestoreSection,
  Selection,
} from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup, pipedBackup } from '../destination/source.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { onExistingProblems } from './on-existing-problems.ts'
import { whileItRuns } from './while-it-runs.ts'

/**
 * What to restore, into which database, and how.
 *
 * A selection by names is for archives. With tables and schemas comes what they need, such as types and sequences, but for a foreign
 * key no other table: the report says which are left out.
 */
export interface RestoreOptions extends Selection, RunOptions {
  /** The database that is written to, for example `postgres(stagingUrl)`. */
  engine: Engine
  /** A destination or a file, or the bytes of a file as a stream. */
  from: Exporter | AsyncIterable<Uint8Array>
  /** Which backup, where `from` may hold several. */
  id?: string
  /**
   * What becomes of what is there already under the names of what is restored. Default `fail`: all of it is named before anything is
   * changed. `append` keeps it and adds the rows, `truncate` keeps it and replaces the rows, `drop` makes it anew unless something
   * else depends on it, `drop-cascade` makes it anew and drops what depends on it. Each asks for `consent` with a list of what it
   * destroys or adds to. For archives, in a database that is there.
   */
  onExisting?: OnExisting
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
  /** Read back what was restored, every row of it, and compare it with the backup. Default true; a backup without a manifest has nothing to compare with. */
  verify?: boolean
  /** `SET ROLE` to this role first. */
  role?: string
  /** Only these parts of an archive, as `pg_restore --section`. */
  sections?: readonly RestoreSection[]
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
  'verify',
  'analyze',
  'schemaOnly',
  'dataOnly',
  'noOwner',
  'noPrivileges',
  'dryRun',
] as const
const patternLists = ['schemas', 'excludeSchemas', 'tables', 'excludeTables', 'excludeTableData'] as const
const knownSections: readonly RestoreSection[] = ['pre-data', 'data', 'post-data']
const mostJobs = 64
const knownOptions = new Set<string>([
  ...flags,
  ...patternLists,
  'sections',
  'onExisting',
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
  const { schemaOnly = false, dataOnly = false, noOwner = false, noPrivileges = false, sections } = options
  const patterns = patternLists.flatMap((key) => (options[key]?.length ? [[key, options[key]]] : []))
  const request: RestoreRequest = {
    selection: { ...Object.fromEntries(patterns), schemaOnly, dataOnly, noOwner, noPrivileges },
    sections: sections?.length ? sections : undefined,
    onExisting: options.onExisting ?? 'fail',
    createDatabase: options.createDatabase ?? false,
    singleTransaction: options.singleTransaction,
    verify: options.verify ?? true,
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
  const { jobs, sections } = options
  for (const key of patternLists) {
    const list: unknown = options[key]
    if (list === undefined) continue
    if (!Array.isArray(list) || list.some((each) => typeof each !== 'string' || each === ''))
      problems.push({ message: `Expected ${key} to be a list of patterns.` })
  }
  if (sections !== undefined && !(Array.isArray(sections) && sections.every((each) => knownSections.includes(each)))) {
    problems.push({ message: `Expected sections to be a list of ${knownSections.join(', ')}.` })
  } else if (sections?.length && (options.schemaOnly || options.dataOnly)) {
    problems.push({ message: `sections and ${options.schemaOnly ? 'schemaOnly' : 'dataOnly'} exclude each other.` })
  }
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1 || jobs > mostJobs))
    problems.push({ message: `Expected 1 to ${mostJobs} jobs, got ${jobs}.` })
  else if (jobs !== undefined && jobs > 1) {
    const hint = 'several connections restore archives that can be read anywhere, without one transaction'
    if (options.singleTransaction)
      problems.push({ message: 'One transaction is one connection: jobs has no meaning with singleTransaction.', hint })
    if (isStream) problems.push({ message: 'A stream is read in order: jobs has no meaning for it.', hint })
  }
  problems.push(...onExistingProblems(options, isStream))
  if (options.consent !== undefined && typeof (options.consent as unknown) !== 'function')
    problems.push({ message: 'Expected consent to be a function.' })
  return problems
}
