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
import type { ObjectSource } from '../contracts/objects.ts'
import type { Finding, RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup, pipedBackup } from '../destination/source.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { writeProof } from '../proof/write-proof.ts'
import { allowProblems } from './allow-problems.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { damageIn } from './damage.ts'
import { isSound } from './is-sound.ts'
import { onExistingProblems } from './on-existing-problems.ts'
import { type Tally, tallied } from './tally.ts'
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
   * Restore into a new database beside the engine's, like it in encoding, locale, owner, rights, comment and settings; once it is
   * compared with the backup the two change names. The old one is kept as `<name>_before_<utc>`. Whatever fails before, it was never
   * touched. Sessions in it are ended only with `consent`. Default false.
   */
  intoNew?: boolean
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
  /**
   * Compare the definitions, too, once everything is restored; for archives that do not come as a stream. What is different is a
   * finding: nothing is taken back. Default false.
   */
  definitions?: boolean
  /** Store what was found beside the backup, where it has a manifest. Default true. */
  proof?: boolean
  /** `SET ROLE` to this role first. */
  role?: string
  /** Only these parts of an archive, as `pg_restore --section`. */
  sections?: readonly RestoreSection[]
  /**
   * Where everything goes that takes up room: tables, indexes, partitioned ones too, materialised views; PostgreSQL keeps sequences with the database. It must be there,
   * and the role must have CREATE on it. `pg_default` is whichever the database is in. Default: where the backup says.
   */
  tablespace?: string
  /**
   * Let several connections load one large table at once, from an archive whose data are stored in several parts: a folder that
   * pgark made. Faster, and the rows lie in another order than before. A table with a BRIN index or one that is clustered is loaded
   * in order all the same, and so are rows that go into tables which are there; findings `RESTORE.IN_ORDER` say so. Default false.
   */
  unordered?: boolean
  /**
   * What may fail: entries of an archive, as `extension:postgis`, `comment:public.*`, `foreign-key:public.orders.orders_customer_fkey`.
   * The kind is that of `pgark show --toc` in lower case with dashes; the name that of the object, `*` and `?` stand for any text and any
   * character, and the schema may be left out. When a statement of such an entry fails, all of the entry is undone, a finding
   * `RESTORE.ALLOWED` tells of it, and the restore goes on; what depends on it fails unless it is allowed, too. With `table-data:…` rows
   * may be missing. Default: nothing.
   */
  allow?: readonly string[]
  /** Check the backup and the target; change nothing. Default false. */
  dryRun?: boolean
  /** Asked before anything is destroyed. Default: never consents. */
  consent?: (question: ConsentQuestion) => Promise<boolean>
}

export interface RestoreResult extends RestoreReport {
  readonly durationMs: number
  /** The key of the proof at the destination; undefined where none was stored. */
  readonly proof: string | undefined
}

const flags = [
  'createDatabase',
  'intoNew',
  'singleTransaction',
  'verify',
  'definitions',
  'proof',
  'analyze',
  'unordered',
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
  'allow',
  'tablespace',
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

async function makeRestore(options: RestoreOptions, given: RunContext): Promise<RestoreResult> {
  const started = new Date()
  const { from } = options
  const { run, tally } = tallied(given)
  const prove = (findings: readonly Finding[]) => proofOf(options, started, findings, tally, run)
  try {
    const source = 'specVersion' in from ? await openBackup(from, options.id, run.signal) : pipedBackup(from)
    const report = await restoreSource(options, source, run)
    const proof = isCompared(options, report.findings) ? await prove(report.findings) : undefined
    const durationMs = Date.now() - started.getTime()
    const ok = isSound(report.findings)
    const told = { ...report, durationMs, ...(proof !== undefined && { proof }) }
    run.onEvent({ type: 'result', command: 'restore', ok, ...told })
    return { ...report, durationMs, proof }
  } catch (error) {
    const damage = damageIn(error)
    if (damage && !options.dryRun) await prove(damage)
    throw error
  }
}

/** Whether what was restored was read back, or its definitions were. */
function isCompared({ verify = true, schemaOnly, definitions, dryRun }: RestoreOptions, findings: readonly Finding[]) {
  if (dryRun) return false
  return (verify && !schemaOnly && isRead(findings)) || definitions === true
}

/** The role may write what it may not read. */
const isRead = (findings: readonly Finding[]) => !findings.some(({ code }) => code === 'RESTORE.NOT_COMPARED')

async function proofOf(
  options: RestoreOptions,
  started: Date,
  findings: readonly Finding[],
  { tables, rows, hasDatabase, hasCompared }: Tally,
  run: RunContext,
): Promise<string | undefined> {
  const { from, id, engine, proof = true, definitions = false, sections, schemaOnly, dataOnly } = options
  if (!proof || !('specVersion' in from)) return undefined
  const isPart = sections?.length || schemaOnly || dataOnly || patternLists.some((key) => options[key]?.length)
  return await writeProof(
    {
      ...{ from, id, started, findings, definitions, action: 'restore', isWhole: !isPart },
      engine: hasDatabase ? engine : undefined,
      ok: isSound(findings),
      compared: { tables, rows, digests: hasCompared && isRead(findings) ? tables : 0 },
    },
    run,
  )
}

async function restoreSource(options: RestoreOptions, source: ObjectSource, run: RunContext): Promise<RestoreReport> {
  const { engine } = options
  const { schemaOnly = false, dataOnly = false, noOwner = false, noPrivileges = false, sections } = options
  const patterns = patternLists.flatMap((key) => (options[key]?.length ? [[key, options[key]]] : []))
  const request: RestoreRequest = {
    selection: { ...Object.fromEntries(patterns), schemaOnly, dataOnly, noOwner, noPrivileges },
    sections: sections?.length ? sections : undefined,
    onExisting: options.onExisting ?? 'fail',
    createDatabase: options.createDatabase ?? false,
    intoNew: options.intoNew ?? false,
    singleTransaction: options.singleTransaction,
    verify: options.verify ?? true,
    jobs: options.jobs,
    analyze: options.analyze,
    role: options.role,
    tablespace: options.tablespace,
    unordered: options.unordered ?? false,
    allow: options.allow?.length ? options.allow : undefined,
    dryRun: options.dryRun ?? false,
    consent: options.consent,
  }
  // First: what cannot be compared is refused before anything is changed.
  const isAlone = request.createDatabase || request.intoNew
  const stored = options.definitions ? await engine.readDefinitions?.(source, { ...request, isAlone }, run) : undefined
  const report = await engine.restore(request, source, run)
  return stored ? { ...report, findings: [...report.findings, ...(await stored.compare(run))] } : report
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
    ...textProblems(options, ['id', 'role', 'tablespace']),
  )
  if (options.schemaOnly && options.dataOnly) problems.push({ message: 'schemaOnly and dataOnly exclude each other.' })
  if (options.dataOnly && options.createDatabase) {
    problems.push({
      message: 'A new database has no tables to load rows into: dataOnly and createDatabase exclude each other.',
    })
  }
  problems.push(...intoNewProblems(options))
  if (options.definitions) {
    if (options.dryRun || options.dataOnly || isStream)
      problems.push({
        message: `definitions has no meaning ${isStream ? 'for a stream, which is read once' : `with ${options.dryRun ? 'dryRun' : 'dataOnly'}`}.`,
      })
    if (typeof options.engine?.readDefinitions !== 'function') problems.push(...pluginProblems('engine', undefined))
  }
  const { jobs, sections } = options
  problems.push(...allowProblems(options.allow))
  if (options.unordered && (options.singleTransaction || isStream || jobs === 1)) {
    problems.push({
      message: 'With one connection there is one order: unordered has no meaning.',
      hint: 'several connections restore archives that can be read anywhere, without one transaction',
    })
  }
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

/** What takes the place of a whole database must be whole. */
function* intoNewProblems(options: RestoreOptions): Iterable<Problem> {
  if (!options.intoNew) return
  if (options.createDatabase) {
    yield {
      message: 'intoNew takes the place of a database that is there: createDatabase and intoNew exclude each other.',
    }
  }
  if ((options.onExisting ?? 'fail') !== 'fail') {
    yield {
      message: 'What is there is kept whole, under another name: onExisting and intoNew exclude each other.',
    }
  }
  const parts = [...(['schemaOnly', 'dataOnly'] as const), 'sections' as const, ...patternLists].filter((key) => {
    const given: unknown = options[key]
    return Array.isArray(given) ? given.length > 0 : given === true
  })
  for (const part of parts) {
    yield {
      message: `The database would lose what is not restored: ${part} and intoNew exclude each other.`,
      hint: 'restore a part into the database itself, or into one of its own (createDatabase)',
    }
  }
}
