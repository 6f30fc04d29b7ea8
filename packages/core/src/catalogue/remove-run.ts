import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { folderLayout } from '../destination/layout.ts'
import { listParts } from './backup-parts.ts'
import type { IncompleteRun } from './incomplete-runs.ts'
import { idOfKey, unfinishedWrites } from './unfinished-writes.ts'

type LeftRun = Pick<IncompleteRun, 'key' | 'kind' | 'writtenAt'>

/**
 * Removes what a run has left, objects and unfinished writes; where it is only these, them alone. Looks once more before: undefined, and
 * nothing removed, when a run has a manifest now or something was written since.
 */
export async function removeRun(from: Exporter, left: LeftRun, run: RunContext): Promise<number | undefined> {
  return left.kind === 'writes' ? await endWrites(from, left, run) : await removeWithObjects(from, left, run)
}

async function removeWithObjects(
  from: Exporter,
  { key, writtenAt }: LeftRun,
  run: RunContext,
): Promise<number | undefined> {
  const { signal } = run
  const layout = folderLayout(key)
  const listed = [...(await listParts(from, { key, layout }, { signal })).values()]
  const writes = (await unfinishedWrites(from, { signal }, key)).filter((write) => idOfKey(write.key) === key)
  const times = [...listed.map((object) => object.modifiedAt), ...writes.map((write) => write.writtenAt)]
  if (times.some((time) => time > writtenAt) || (await from.stat(layout.manifestKey, { signal }))) return undefined
  // The uploads first: one that is completed meanwhile would leave an object.
  if (writes.length > 0) await from.abortUnfinished?.(writes, { signal })
  await from.remove(
    listed.map((object) => object.key),
    { signal },
  )
  const sizeBytes = listed.reduce((total, object) => total + object.sizeBytes, 0)
  run.onEvent({ type: 'backup', state: 'removed', key, bytes: sizeBytes, sizeBytes })
  return sizeBytes
}

/** Beside them there may be a backup that is whole, so that no object is touched. How many bytes they held no destination tells. */
async function endWrites(from: Exporter, { key, writtenAt }: LeftRun, run: RunContext): Promise<number | undefined> {
  const { signal } = run
  const writes = (await unfinishedWrites(from, { signal }, key)).filter((write) => write.key === key)
  if (writes.length === 0 || writes.some((write) => write.writtenAt > writtenAt)) return undefined
  await from.abortUnfinished?.(writes, { signal })
  run.onEvent({ type: 'backup', state: 'ended', key, bytes: 0, sizeBytes: 0 })
  return 0
}
