import { atOnce } from '../catalogue/at-once.ts'
import { type FoundBackup, findBackups } from '../catalogue/find-backups.ts'
import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import { refuseProblems } from '../errors/problems.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { keyProblems, pluginProblems } from './check-call.ts'

export type ListedBackup =
  | { readonly key: string; readonly state: 'complete'; readonly manifest: Manifest }
  | { readonly key: string; readonly state: 'damaged'; readonly problem: string }

/**
 * Every backup at a destination, by its manifest, oldest first. A manifest that cannot be read, or whose objects are missing or
 * have another size, is listed as damaged; other files are passed over. Of a backup of many objects only their list is looked at.
 */
export async function list(from: Exporter, options: CallOptions = {}): Promise<readonly ListedBackup[]> {
  refuseProblems([...pluginProblems('destination', from), ...keyProblems(options, ['signal'])])
  const found = await findBackups(from, options)
  const readable = await atOnce(found.backups, async (backup): Promise<ListedBackup> => {
    const { key, manifest } = backup
    const problem = found.objects.has(key)
      ? differingSize(key, found.objects.get(key), manifest.objects[0])
      : await differingObjects(from, backup, options)
    return problem === undefined ? { key, state: 'complete', manifest } : { key, state: 'damaged', problem }
  })
  const unreadable = found.unreadable.map(
    ({ key, error }): ListedBackup => ({ key, state: 'damaged', problem: error.message }),
  )
  const time = (backup: ListedBackup) => (backup.state === 'complete' ? backup.manifest.snapshot.time : '')
  return [...readable, ...unreadable].sort((a, b) => time(a).localeCompare(time(b)) || a.key.localeCompare(b.key))
}

async function differingObjects(
  from: Exporter,
  { manifest }: FoundBackup,
  options: CallOptions,
): Promise<string | undefined> {
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
