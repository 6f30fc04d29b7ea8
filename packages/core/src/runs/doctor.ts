import type { Diagnosis, Engine } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import { type Finding, type RunContext, type RunOptions, runContext } from '../contracts/run.ts'
import { checkDestination } from '../destination/check-destination.ts'
import { didYouMean } from '../errors/closest.ts'
import { isPgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'

export interface DoctorOptions extends RunOptions {
  /** The database that is to be backed up. */
  engine: Engine
  /** Where its backups are to go. Default: no destination is looked at. */
  to?: Exporter
  /** A database that they are to be restored into. Default: none is looked at. */
  target?: Engine
}

export interface DoctorFinding extends Finding {
  /** What it is about. */
  readonly subject: 'database' | 'destination' | 'target'
}

export interface DoctorResult {
  /** No finding is an error: a backup now would not fail for a reason that could be seen beforehand. */
  readonly ok: boolean
  readonly findings: readonly DoctorFinding[]
}

const knownOptions = new Set(['engine', 'to', 'target', 'signal', 'onEvent', 'log'])

/**
 * Tells before the first backup what would help or hinder it: what the role cannot read, what is in the way, how long it may take,
 * whether its destination and the target of a restore are ready. Reads no rows and changes nothing. What fails is a finding, too.
 */
export async function doctor(options: DoctorOptions): Promise<DoctorResult> {
  checkOptions(options)
  const run = runContext(options)
  const { engine, to, target } = options
  const findings: DoctorFinding[] = []
  const tell = (subject: DoctorFinding['subject'], found: readonly Finding[]) =>
    findings.push(...found.map((finding) => ({ ...finding, subject })))

  run.onEvent({ type: 'phase', name: 'check' })
  let diagnosis: Diagnosis | undefined
  tell(
    'database',
    await orFinding(run, async () => {
      diagnosis = await engine.diagnose?.(run)
      return diagnosis?.findings ?? []
    }),
  )
  if (to) tell('destination', await orFinding(run, () => checkDestination(to, diagnosis?.sizeBytes, run)))
  if (target) tell('target', await orFinding(run, () => checkTarget(target, diagnosis, run)))
  const ok = !findings.some(({ severity }) => severity === 'error')
  run.onEvent({ type: 'result', command: 'doctor', ok, findings })
  return { ok, findings }
}

async function checkTarget(
  target: Engine,
  diagnosis: Diagnosis | undefined,
  run: RunContext,
): Promise<readonly Finding[]> {
  if (diagnosis?.needs) return (await target.diagnoseTarget?.(diagnosis.needs, run)) ?? []
  return [
    {
      severity: 'warning',
      code: 'DOCTOR.NOT_COMPARED',
      message: `${target.location} was not looked at: what a restore needs could not be read from the database.`,
      hint: 'see to the errors above, then run it again',
    },
  ]
}

/** A failure of what is being looked at is what was looked for. */
async function orFinding(run: RunContext, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    if (run.signal.aborted || !isPgarkError(error)) throw error
    const { code, message, hint } = error
    return [{ severity: 'error', code, message, ...(hint && { hint }) }]
  }
}

function checkOptions({ engine, to, target, ...others }: DoctorOptions): void {
  const problems: Problem[] = []
  for (const key of Object.keys(others)) {
    if (knownOptions.has(key)) continue
    const hint = didYouMean(key, knownOptions)
    problems.push({ message: `Unknown option ${key}.`, ...(hint && { hint }) })
  }
  // From JavaScript anything can come.
  if (!(engine as Engine | undefined)?.diagnose) problems.push({ message: 'The engine cannot be diagnosed.' })
  if (target && !target.diagnoseTarget) problems.push({ message: 'The engine of the target cannot be diagnosed.' })
  if (to && to.specVersion !== 1) {
    problems.push({ message: 'The destination is not one that this version of @pgark/core can use.' })
  }
  refuseProblems(problems)
}
