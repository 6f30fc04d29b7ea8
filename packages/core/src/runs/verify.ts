import type { Engine } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { Finding, RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup } from '../destination/source.ts'
import { isPgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { whileItRuns } from './while-it-runs.ts'

export interface VerifyOptions extends RunOptions {
  /** The engine whose format the backup has; its database is not needed unless `against` is set. */
  engine: Pick<Engine, 'verify' | 'compare'>
  from: Exporter
  id?: string
  /** Also compare with the engine's database. Default false. */
  against?: boolean
}

export interface VerifyResult {
  readonly location: string
  /** No finding is an error. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
  /** Undefined where another tool made the file: then only its structure could be checked. */
  readonly manifest: Manifest | undefined
}

/** Reads every byte of a backup: hashes, completeness, rows. Resolves with findings; damage is one of them, not an error. */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  refuseProblems(problemsOf(options))
  return await whileItRuns(options, (run) => makeVerification(options, run))
}

async function makeVerification(options: VerifyOptions, run: RunContext): Promise<VerifyResult> {
  const source = await openBackup(options.from, options.id, run.signal)
  run.onEvent({ type: 'phase', name: 'check' })
  const findings: Finding[] = []
  try {
    findings.push(...(await options.engine.verify(source, run)))
    if (options.against) findings.push(...(await options.engine.compare(source, run)))
  } catch (error) {
    if (!isPgarkError(error) || !/^(DAMAGE|SCRIPT|ARCHIVE)\./.test(error.code)) throw error
    findings.push({
      severity: 'error',
      code: error.code,
      message: error.message,
      ...(error.hint && { hint: error.hint }),
    })
  }
  const ok = !findings.some((finding) => finding.severity === 'error')
  const { location, manifest } = source
  run.onEvent({ type: 'result', command: 'verify', ok, location, id: manifest?.id, totals: manifest?.totals, findings })
  return { location, ok, findings, manifest }
}

function problemsOf(options: VerifyOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, ['engine', 'from', 'id', 'against', 'signal', 'onEvent', 'log'])]
  if (!isObject(options)) return problems
  const engine: Partial<Engine> | undefined = options.engine
  // A part of an engine will do, if it is the part that is needed.
  if (typeof engine?.verify !== 'function' || (options.against && typeof engine.compare !== 'function'))
    problems.push(...pluginProblems('engine', undefined))
  problems.push(
    ...pluginProblems('destination', options.from),
    ...flagProblems(options, ['against']),
    ...textProblems(options, ['id']),
  )
  return problems
}
