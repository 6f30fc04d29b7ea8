import type { RestoreReport, RestoreRequest } from '../contracts/engine.ts'
import type { ObjectSource } from '../contracts/objects.ts'
import type { Finding, RunContext } from '../contracts/run.ts'
import { pipedBackup } from '../destination/piped-backup.ts'
import { openBackup } from '../destination/source.ts'
import { refuseProblems } from '../errors/problems.ts'
import { compareMigrations } from '../orm/compare-migrations.ts'
import { inTables } from '../orm/in-tables.ts'
import { writeProof } from '../proof/write-proof.ts'
import { damageIn } from './damage.ts'
import { isSound } from './is-sound.ts'
import { renamesOf } from './rename-options.ts'
import { patternLists, type RestoreOptions } from './restore-options.ts'
import { restoreProblems } from './restore-problems/restore-problems.ts'
import { type Tally, tallied } from './tally.ts'
import { whileItRuns } from './while-it-runs.ts'

export interface RestoreResult extends RestoreReport {
  readonly durationMs: number
  /** The key of the proof at the destination; undefined where none was stored. */
  readonly proof: string | undefined
}

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
    const source =
      'specVersion' in from ? await openBackup(from, options.id, run.signal) : pipedBackup(from, run.signal)
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
  const { selection } = await inTables({ selection: Object.fromEntries(patterns) }, engine.orm)
  const request: RestoreRequest = {
    selection: { ...selection, schemaOnly, dataOnly, noOwner, noPrivileges },
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
    renames: renamesOf(options),
    dryRun: options.dryRun ?? false,
    consent: options.consent,
  }
  // First: what cannot be compared is refused before anything is changed.
  const isAlone = request.createDatabase || request.intoNew
  const stored = options.definitions ? await engine.readDefinitions?.(source, { ...request, isAlone }, run) : undefined
  const migrations = request.dryRun ? undefined : await engine.orm?.migrations?.ofApplication()
  const report = await engine.restore(request, source, run)
  const differences = stored ? await stored.compare(run) : []
  const behind = await compareMigrations(migrations, engine, request.renames, run)
  return { ...report, findings: [...report.findings, ...differences, ...behind] }
}
