import type { CallOptions, Exporter, UnfinishedWrite } from '../contracts/exporter.ts'
import { folderLayout } from '../destination/layout.ts'
import { refuseProblems } from '../errors/problems.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import { keyProblems, pluginProblems } from '../runs/check-call.ts'
import { atOnce } from './at-once.ts'
import { listParts } from './backup-parts.ts'
import { type FoundBackups, findBackups } from './find-backups.ts'
import { idOfKey, unfinishedWrites } from './unfinished-writes.ts'

/** A run that is on, or what it left when it died, or what the removal of a backup left. */
export interface IncompleteRun {
  /** Of a `run` the id that its backup would have, of `writes` the key that they are for. */
  readonly key: string
  /**
   * `run`: there is no manifest, and all that lies under its id is no backup · `writes`: only what has begun and not ended, for a
   * single file, or for an object of a backup that is there: an earlier attempt at it has left that. What lies there whole is none of it.
   */
  readonly kind: 'run' | 'writes'
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

/**
 * Everything at a destination that would be a backup if it had a manifest, and what was begun and did not end beside backups and single
 * files: `list` does not show it, `prune` collects it.
 */
export async function incompleteRuns(from: Exporter, options: CallOptions = {}): Promise<readonly IncompleteRun[]> {
  refuseProblems([...pluginProblems('destination', from), ...keyProblems(options, ['signal'])])
  return await runsWithoutManifest(from, await findBackups(from, options), options)
}

/** Those that the listing of `found` shows, and unfinished writes: of runs of which nothing is listed yet, and of what is there. */
export async function runsWithoutManifest(
  from: Exporter,
  found: FoundBackups,
  options: CallOptions,
): Promise<readonly IncompleteRun[]> {
  const hasManifest = (id: string) => found.objects.has(folderLayout(id).manifestKey)
  const ofRuns = new Map<string, UnfinishedWrite[]>()
  const ofKeys = new Map<string, UnfinishedWrite[]>()
  for (const write of await unfinishedWrites(from, options)) {
    const id = idOfKey(write.key)
    const [group, key] = id === undefined || hasManifest(id) ? [ofKeys, write.key] : [ofRuns, id]
    group.set(key, [...(group.get(key) ?? []), write])
  }
  const ids = new Set([...[...found.folders].filter((id) => isBackupId(id) && !hasManifest(id)), ...ofRuns.keys()])
  const runs = await atOnce(ids, async (key): Promise<readonly IncompleteRun[]> => {
    const writes = ofRuns.get(key) ?? []
    const listed = [...(await listParts(from, { key, layout: folderLayout(key) }, options)).values()]
    // Ended since it was listed.
    if (listed.length + writes.length === 0) return []
    const sizeBytes = listed.reduce((total, object) => total + object.sizeBytes, 0)
    const modified = listed.map(({ modifiedAt }) => modifiedAt)
    return [{ key, kind: 'run', objects: listed.length, sizeBytes, ...factsOf(writes, modified) }]
  })
  const left = [...ofKeys].map(
    ([key, writes]): IncompleteRun => ({ key, kind: 'writes', objects: 0, sizeBytes: 0, ...factsOf(writes) }),
  )
  return [...runs.flat(), ...left].sort((a, b) => a.key.localeCompare(b.key))
}

function factsOf(writes: readonly UnfinishedWrite[], others: readonly Date[] = []) {
  const times = [...others, ...writes.map(({ writtenAt }) => writtenAt)]
  return {
    unfinished: writes.length,
    writtenAt: new Date(Math.max(...times.map(Number))),
    isAlive: writes.some((write) => write.isAlive === true),
  }
}
