import type { Engine } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { backupLayout } from '../destination/layout.ts'
import { metadataBytes } from '../destination/read-all.ts'
import { isPgarkError } from '../errors/pgark-error.ts'
import { version } from '../version.ts'
import { manifestIdentity } from './manifest-identity.ts'
import type { Proof, ProofDatabase } from './proof.ts'
import { proofName } from './proof-name.ts'

/** What a run found, and of which backup. */
export interface Proven extends Pick<Proof, 'action' | 'ok' | 'isWhole' | 'definitions' | 'compared' | 'findings'> {
  readonly from: Exporter
  readonly id: string | undefined
  readonly started: Date
  /** Whose database was compared; undefined where none was. */
  readonly engine: Pick<Engine, 'location' | 'server'> | undefined
}

/**
 * Stores what was found of a backup beside it, under a name of its own, and answers the key; undefined where there is no manifest
 * that it could belong to. Where it cannot be stored a warning says so: what was found is no less so.
 */
export async function writeProof(proven: Proven, run: RunContext): Promise<string | undefined> {
  const { from, id, started, engine, action, ok, isWhole, definitions, compared, findings } = proven
  const { signal } = run
  if (id === undefined && from.objectKey === undefined) return undefined
  const layout = backupLayout(from, id ?? '')
  const backup = await manifestIdentity(from, layout, { signal }).catch(() => undefined)
  if (!backup) return undefined
  const finished = new Date()
  const proof: Proof = {
    proofVersion: 1,
    action,
    ok,
    startedAt: started.toISOString(),
    finishedAt: finished.toISOString(),
    durationMs: finished.getTime() - started.getTime(),
    // biome-ignore lint/style/noRestrictedGlobals: which Node.js has checked is part of the proof
    tool: { name: 'pgark', version, node: process.versions.node },
    backup,
    ...(engine && { database: await describe(engine, signal) }),
    isWhole,
    definitions,
    compared,
    findings,
  }
  const key = `${layout.proofPrefix}${proofName(finished)}`
  async function* json() {
    yield metadataBytes(proof)
  }
  try {
    await from.write(key, json(), { signal })
  } catch (error) {
    const reason = isPgarkError(error) || error instanceof Error ? error.message : String(error)
    run.onEvent({
      type: 'warning',
      code: 'PROOF.NOT_WRITTEN',
      message: `What was found could not be stored beside the backup: ${reason}`,
      hint: 'allow it to be written there, or do without: --no-proof',
    })
    return undefined
  }
  run.log.debug(`proof: ${key}`)
  return key
}

async function describe(
  { location, server }: NonNullable<Proven['engine']>,
  signal: AbortSignal,
): Promise<ProofDatabase> {
  // A database that was made for a restore is gone again after its failure.
  const answer = await server?.({ signal }).catch(() => undefined)
  return { location, ...(answer && { name: answer.database, serverVersion: answer.serverVersion }) }
}
