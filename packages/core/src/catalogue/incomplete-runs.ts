import type { CallOptions, Exporter, UnfinishedWrite } from '../contracts/exporter.ts'
import { folderLayout } from '../destination/layout.ts'
import { refuseProblems } from '../errors/problems.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import { keyProblems, pluginProblems } from '../runs/check-call.ts'
import { atOnce } from './at-once.ts'
import { listParts } from './backup-parts.ts'
import { type FoundBackups, findBackups } from './find-backups.ts'

/** A run without a manifest: it is on, or what it left when it died, or what the removal of a backup left. */
export interface IncompleteRun {
  /** The id that its backup would have. */
  readonly key: string
  /** Whole objects. */
  readonly objects: number
  readonly sizeBytes: number
  /** Writes that have begun and not ended; none where the destination cannot tell. */
  readonly unfinished: number
  /** When something of it was last written, by the destination's clock. */
  readonly writtenAt: Date
  /** A process that writes it is known to live. */
  readonly isAlive: boolean
}

/** Everything at a destination that would be a backup if it had a manifest, by id: `list` does not show it, `prune` collects it. */
export async function incompleteRuns(from: Exporter, options: CallOptions = {}): Promise<readonly IncompleteRun[]> {
  refuseProblems([...pluginProblems('destination', from), ...keyProblems(options, ['signal'])])
  return await runsWithoutManifest(from, await findBackups(from, options), options)
}

/** Those that the listing of `found` shows, and writes of which nothing is listed yet. */
export async function runsWithoutManifest(
  from: Exporter,
  found: FoundBackups,
  options: CallOptions,
): Promise<readonly IncompleteRun[]> {
  const unfinished = await unfinishedWrites(from, options)
  const keys = new Set([...[...found.folders].filter(isBackupId), ...unfinished.keys()])
  const without = [...keys].filter((key) => !found.objects.has(folderLayout(key).manifestKey))
  const runs = await atOnce(without, async (key): Promise<readonly IncompleteRun[]> => {
    const writes = unfinished.get(key) ?? []
    const listed = [...(await listParts(from, { key, layout: folderLayout(key) }, options)).values()]
    const times = [...listed.map(({ modifiedAt }) => modifiedAt), ...writes.map(({ writtenAt }) => writtenAt)]
    // Ended since it was listed.
    if (times.length === 0) return []
    const sizeBytes = listed.reduce((total, object) => total + object.sizeBytes, 0)
    const writtenAt = new Date(Math.max(...times.map(Number)))
    const isAlive = writes.some((write) => write.isAlive === true)
    return [{ key, objects: listed.length, sizeBytes, unfinished: writes.length, writtenAt, isAlive }]
  })
  return runs.flat().sort((a, b) => a.key.localeCompare(b.key))
}

/** Writes that have begun and not ended, by the id of the backup that they are for. Those of anything else are not ours. */
export async function unfinishedWrites(
  from: Exporter,
  options: CallOptions,
  prefix = '',
): Promise<ReadonlyMap<string, readonly UnfinishedWrite[]>> {
  const writes = new Map<string, UnfinishedWrite[]>()
  for await (const write of from.unfinished?.(prefix, options) ?? []) {
    const key = write.key.replace(/(\.json$|\/.*$)/s, '')
    if (isBackupId(key)) writes.set(key, [...(writes.get(key) ?? []), write])
  }
  return writes
}
