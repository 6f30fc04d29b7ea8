import type { Exporter, ObjectInfo } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { listParts } from './backup-parts.ts'
import type { FoundBackup } from './find-backups.ts'

type Placed = Pick<FoundBackup, 'key' | 'layout'>

/** Removes a backup and all that lies at its place. Answers the bytes that were removed. */
export async function removeBackup(from: Exporter, backup: Placed, run: RunContext): Promise<number> {
  const listed = await listParts(from, backup, { signal: run.signal })
  return await removeParts(from, backup, [...listed.values()], run)
}

/**
 * Removes a backup: its manifest first, so that from then on there is none, then these objects. What a failure leaves is an incomplete
 * run. Answers the bytes that were removed.
 *
 * @param afterManifest Nothing but the manifest has gone when it is called; nothing more goes where it rejects
 */
export async function removeParts(
  from: Exporter,
  { key, layout }: Placed,
  parts: readonly ObjectInfo[],
  run: RunContext,
  afterManifest: () => Promise<void> = async () => {},
): Promise<number> {
  const { signal } = run
  await from.remove([layout.manifestKey], { signal })
  await afterManifest()
  // What is in it goes last: as long as it is there, it tells what the rest was.
  const isContents = (part: ObjectInfo) => part.key === layout.contentsKey
  const [contents = [], first = []] = [parts.filter(isContents), parts.filter((part) => !isContents(part))]
  for (const some of [first, contents]) {
    const keys = some.map((part) => part.key)
    if (keys.length > 0) await from.remove(keys, { signal })
  }
  const sizeBytes = parts.reduce((total, part) => total + part.sizeBytes, 0)
  run.onEvent({ type: 'backup', state: 'removed', key, bytes: sizeBytes, sizeBytes })
  return sizeBytes
}
