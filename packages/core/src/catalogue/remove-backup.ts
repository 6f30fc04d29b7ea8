import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { listParts } from './backup-parts.ts'
import type { FoundBackup } from './find-backups.ts'

/**
 * Removes a backup: its manifest first, so that from then on there is none, then all that lies at its place. What a failure leaves
 * is an incomplete run. Answers the bytes that were removed.
 */
export async function removeBackup(
  from: Exporter,
  backup: Pick<FoundBackup, 'key' | 'layout'>,
  run: RunContext,
): Promise<number> {
  const { signal } = run
  const { key, layout } = backup
  const listed = await listParts(from, backup, { signal })
  await from.remove([layout.manifestKey], { signal })
  // What is in it goes last: as long as it is there, it tells what the rest was.
  const first = [...listed.keys()].filter((object) => object !== layout.contentsKey)
  await from.remove(first, { signal })
  if (listed.has(layout.contentsKey)) await from.remove([layout.contentsKey], { signal })
  const sizeBytes = [...listed.values()].reduce((total, object) => total + object.sizeBytes, 0)
  run.onEvent({ type: 'backup', state: 'removed', key, bytes: sizeBytes, sizeBytes })
  return sizeBytes
}
