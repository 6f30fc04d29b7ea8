import type { Engine, StoredDefinitions } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { ObjectSource } from '../contracts/objects.ts'
import type { Finding, RunContext, RunOptions } from '../contracts/run.ts'
import { openBackup } from '../destination/source.ts'
import { unlisted } from '../destination/unlisted.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { writeProof } from '../proof/write-proof.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { damageIn } from './damage.ts'
import { isSound } from './is-sound.ts'
import { tallied } from './tally.ts'
import { whileItRuns } from './while-it-runs.ts'

export interface VerifyOptions extends RunOptions {
  /** The engine whose format the backup has; its database is not needed unless `against` is set. */
  engine: Pick<Engine, 'verify' | 'compare' | 'readDefinitions' | 'server' | 'location'>
  from: Exporter
  id?: string
  /** Also compare with the engine's database: rows, sequences, large objects. Default false. */
  against?: boolean
  /** With `against`: compare the definitions, too. For archives; a plain dump is refused. Default false. */
  definitions?: boolean
  /** With `definitions`: who owns what is no difference. Default false. */
  noOwner?: boolean
  /** With `definitions`: grants are no difference. Default false. */
  noPrivileges?: boolean
  /** Store what was found beside the backup, where it has a manifest. Default true. */
  proof?: boolean
}

export interface VerifyResult {
  readonly location: string
  /** No finding is an error. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
  /** Undefined where another tool made the file: then only its structure could be checked. */
  readonly manifest: Manifest | undefined
  /** The key of the proof at the destination; undefined where none was stored. */
  readonly proof: string | undefined
}

const flags = ['against', 'definitions', 'noOwner', 'noPrivileges', 'proof'] as const

/** Reads every byte of a backup: hashes, completeness, rows. Resolves with findings; damage is one of them, not an error. */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  refuseProblems(problemsOf(options))
  return await whileItRuns(options, (run) => makeVerification(options, run))
}

async function makeVerification(options: VerifyOptions, given: RunContext): Promise<VerifyResult> {
  const { engine, from, id, against = false, definitions = false } = options
  const started = new Date()
  const { run, tally } = tallied(given)
  run.onEvent({ type: 'phase', name: 'check' })
  const findings: Finding[] = []
  let source: ObjectSource | undefined
  try {
    source = await openBackup(from, id, run.signal)
    // First: what cannot be compared is refused before anything is read for long.
    const stored = definitions ? await readDefinitions(options, source, run) : undefined
    findings.push(...(await engine.verify(source, run)))
    findings.push(...(await unlisted(from, source, run.signal)))
    if (against) findings.push(...(await engine.compare(source, run)))
    if (stored) findings.push(...(await stored.compare(run)))
  } catch (error) {
    const damage = damageIn(error)
    if (!damage) throw error
    findings.push(...damage)
  }
  const ok = isSound(findings)
  const { location, manifest } = source ?? { location: placeOf(options), manifest: undefined }
  const { tables, rows } = tally
  const proven = {
    ...{ from, id, started, findings, definitions, ok, isWhole: true },
    engine: tally.hasDatabase ? engine : undefined,
    action: against ? ('compare' as const) : ('verify' as const),
    compared: { tables, rows, digests: tables },
  }
  const proof = options.proof === false ? undefined : await writeProof(proven, run)
  const { totals, id: manifestId } = manifest ?? {}
  const told = { ok, location, id: manifestId, totals, findings, ...(proof !== undefined && { proof }) }
  run.onEvent({ type: 'result', command: 'verify', ...told })
  return { location, ok, findings, manifest, proof }
}

async function readDefinitions(
  { engine, noOwner = false, noPrivileges = false }: VerifyOptions,
  source: ObjectSource,
  run: RunContext,
): Promise<StoredDefinitions | undefined> {
  const request = { selection: { noOwner, noPrivileges }, sections: undefined, tablespace: undefined, isAlone: true }
  return await engine.readDefinitions?.(source, request, run)
}

/** Of what cannot be opened. */
const placeOf = ({ from, id }: VerifyOptions) =>
  from.objectKey === undefined && id !== undefined ? `${from.location}/${id}` : from.location

function problemsOf(options: VerifyOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, ['engine', 'from', 'id', ...flags, 'signal', 'onEvent', 'log'])]
  if (!isObject(options)) return problems
  const engine: Partial<Engine> | undefined = options.engine
  // A part of an engine will do, if it is the part that is needed.
  const needed: unknown[] = [engine?.verify]
  if (options.against) needed.push(engine?.compare)
  if (options.definitions) needed.push(engine?.readDefinitions)
  if (needed.some((part) => typeof part !== 'function')) problems.push(...pluginProblems('engine', undefined))
  problems.push(
    ...pluginProblems('destination', options.from),
    ...flagProblems(options, flags),
    ...textProblems(options, ['id']),
  )
  if (options.definitions && !options.against)
    problems.push({
      message: 'definitions are compared with a database: they have no meaning without against.',
      hint: 'say which database: against (--against <database>)',
    })
  for (const key of ['noOwner', 'noPrivileges'] as const) {
    if (options[key] && !options.definitions) problems.push({ message: `${key} has no meaning without definitions.` })
  }
  return problems
}
