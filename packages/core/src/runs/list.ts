import type { CallOptions, Exporter, ObjectInfo } from '../contracts/exporter.ts'
import { readAll } from '../destination/read-all.ts'
import { isPgarkError, type PgarkErrorLike } from '../errors/pgark-error.ts'
import { refuseProblems } from '../errors/problems.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { parseManifest } from '../manifest/parse-manifest.ts'
import { isProofOfFile } from '../proof/proof-name.ts'
import { keyProblems, pluginProblems } from './check-call.ts'

export type ListedBackup =
  | { readonly key: string; readonly state: 'complete'; readonly manifest: Manifest }
  | { readonly key: string; readonly state: 'damaged'; readonly problem: string }

/**
 * Every backup at a destination, by its manifest, oldest first. A manifest that cannot be read, or whose objects are missing or
 * have another size, is listed as damaged; other files are passed over.
 */
export async function list(from: Exporter, options: CallOptions = {}): Promise<readonly ListedBackup[]> {
  refuseProblems([...pluginProblems('destination', from), ...keyProblems(options, ['signal'])])
  const objects = new Map<string, ObjectInfo>()
  const folders = new Set<string>()
  for await (const entry of from.list('', { delimiter: '/', ...options })) {
    if ('prefix' in entry) folders.add(entry.prefix.slice(0, -1))
    else objects.set(entry.key, entry)
  }
  const found: ListedBackup[] = []
  for (const key of objects.keys()) {
    const subject = key.endsWith('.json') ? key.slice(0, -'.json'.length) : undefined
    if (subject === undefined || isProofOfFile(key)) continue
    const hasSubject = objects.has(subject) || folders.has(subject)
    const manifest = await readManifest(from, key, hasSubject, options)
    if (manifest === undefined) continue
    if (isPgarkError(manifest)) {
      found.push({ key: subject, state: 'damaged', problem: manifest.message })
      continue
    }
    const problem = objects.has(subject)
      ? differingSize(subject, objects.get(subject), manifest.objects[0])
      : await differingObjects(from, manifest, options)
    found.push(
      problem === undefined
        ? { key: subject, state: 'complete', manifest }
        : { key: subject, state: 'damaged', problem },
    )
  }
  const time = (backup: ListedBackup) => (backup.state === 'complete' ? backup.manifest.snapshot.time : '')
  return found.sort((a, b) => time(a).localeCompare(time(b)) || a.key.localeCompare(b.key))
}

/** A file that is no manifest is somebody else's, unless it stands where the manifest of an existing object belongs. */
async function readManifest(
  from: Exporter,
  key: string,
  hasSubject: boolean,
  options: CallOptions,
): Promise<Manifest | PgarkErrorLike | undefined> {
  try {
    return parseManifest(await readAll(from.read(key, options)), key)
  } catch (error) {
    if (!isPgarkError(error)) throw error
    return hasSubject || error.code === 'REFUSED.UNKNOWN_FEATURE' ? error : undefined
  }
}

async function differingObjects(from: Exporter, manifest: Manifest, options: CallOptions): Promise<string | undefined> {
  const expected = 'contentsVersion' in manifest.contents ? manifest.objects : [...manifest.objects, manifest.contents]
  for (const object of expected) {
    const problem = differingSize(object.key, await from.stat(object.key, options), object)
    if (problem) return problem
  }
  return undefined
}

function differingSize(
  key: string,
  found: { sizeBytes: number } | undefined,
  expected: { sizeBytes: number } | undefined,
) {
  if (!found) return `${key} is missing.`
  if (found.sizeBytes === expected?.sizeBytes) return undefined
  return `${key} has ${found.sizeBytes} bytes, its manifest says ${expected?.sizeBytes ?? 'nothing'}.`
}
