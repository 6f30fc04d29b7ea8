import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { folderLayout } from '../destination/layout.ts'
import { listParts } from './backup-parts.ts'
import { type IncompleteRun, unfinishedWrites } from './incomplete-runs.ts'

/**
 * Removes what a run without a manifest has left, objects and unfinished writes. Looks once more before: undefined, and nothing
 * removed, when there is a manifest now or something was written since.
 */
export async function removeRun(
  from: Exporter,
  { key, writtenAt }: Pick<IncompleteRun, 'key' | 'writtenAt'>,
  run: RunContext,
): Promise<number | undefined> {
  const { signal } = run
  const layout = folderLayout(key)
  const listed = [...(await listParts(from, { key, layout }, { signal })).values()]
  const writes = (await unfinishedWrites(from, { signal }, key)).get(key) ?? []
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
