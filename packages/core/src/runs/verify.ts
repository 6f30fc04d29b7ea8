import type { Engine } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { ObjectSource } from '../contracts/objects.ts'
import type { Finding, RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup } from '../destination/source.ts'
import { unlisted } from '../destination/unlisted.ts'
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
  run.onEvent({ type: 'phase', name: 'check' })
  const findings: Finding[] = []
  let source: ObjectSource | undefined
  try {
    source = await openBackup(options.from, options.id, run.signal)
    findings.push(...(await options.engine.verify(source, run)))
    findings.push(...(await unlisted(options.from, source, run.signal)))
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
  const { location, manifest } = source ?? { location: placeOf(options), manifest: undefined }
  run.onEvent({ type: 'result', command: 'verify', ok, location, id: manifest?.id, totals: manifest?.totals, findings })
  return { location, ok, findings, manifest }
}

/** Of what cannot be opened. */
const placeOf = ({ from, id }: VerifyOptions) =>
  from.objectKey === undefined && id !== undefined ? `${from.location}/${id}` : from.location

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
