import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import { backupLayout } from '../destination/layout.ts'
import { readAll } from '../destination/read-all.ts'
import { refuseProblems } from '../errors/problems.ts'
import { flagProblems, keyProblems, pluginProblems, textProblems } from '../runs/check-call.ts'
import { manifestIdentity } from './manifest-identity.ts'
import type { Proof } from './proof.ts'

export interface ProofsOptions extends CallOptions {
  /** Which backup, where there may be several. */
  id?: string
  /** Only the newest. Default false. */
  newest?: boolean
}

/**
 * What checks of a backup have found, the newest first. Passed over is what belongs to another backup, such as one that the file
 * held before, and what cannot be read.
 */
export async function proofs(from: Exporter, options: ProofsOptions = {}): Promise<readonly Proof[]> {
  refuseProblems([
    ...pluginProblems('destination', from),
    ...keyProblems(options, ['id', 'newest', 'signal']),
    ...textProblems(options, ['id']),
    ...flagProblems(options, ['newest']),
  ])
  const { id, newest = false, signal } = options
  if (id === undefined && from.objectKey === undefined) return []
  const call = signal ? { signal } : {}
  const layout = backupLayout(from, id ?? '')
  const backup = await manifestIdentity(from, layout, call)
  if (!backup) return []
  const keys: string[] = []
  for await (const entry of from.list(layout.proofPrefix, call)) {
    if ('key' in entry && entry.key.endsWith('.json')) keys.push(entry.key)
  }
  const found: Proof[] = []
  for await (const proof of readProofs(from, keys, backup.manifestSha256, call)) {
    found.push(proof)
    if (newest) break
  }
  return found
}

/** The proofs with these keys that are of the backup with that manifest, the newest first. */
export async function* readProofs(
  from: Exporter,
  keys: readonly string[],
  manifestSha256: string,
  options: CallOptions,
): AsyncGenerator<Proof> {
  for (const key of keys.toSorted().reverse()) {
    const proof = await parseProof(await readAll(from.read(key, options)))
    if (proof?.backup.manifestSha256 === manifestSha256) yield proof
  }
}

/** Nothing depends on it: what is none says nothing. */
async function parseProof(bytes: Uint8Array): Promise<Proof | undefined> {
  const { proofSchema } = await import('./proof.ts')
  try {
    return proofSchema.safeParse(JSON.parse(Buffer.from(bytes).toString())).data
  } catch {
    return undefined
  }
}
