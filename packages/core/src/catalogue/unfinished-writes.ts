import type { CallOptions, Exporter, UnfinishedWrite } from '../contracts/exporter.ts'
import { isSingleFileName } from '../destination/single-file.ts'
import { isBackupId } from '../manifest/backup-id.ts'

/** The id of the backup that a key is of, be there one or not; undefined for other keys. */
export function idOfKey(key: string): string | undefined {
  const id = key.replace(/(\.json$|\/.*$)/s, '')
  return isBackupId(id) ? id : undefined
}

/** Whether a key is that of a single file of this place, its manifest or a proof of it; by its name, for nothing else tells. */
function isOfSingleFile(key: string): boolean {
  const name = key.replace(/(\.proof-[^/]*)?\.json$/, '')
  return !name.includes('/') && isSingleFileName(name)
}

/** Writes that have begun and not ended, for a backup or a single file. Those of anything else are not ours. */
export async function unfinishedWrites(
  from: Exporter,
  options: CallOptions,
  prefix = '',
): Promise<readonly UnfinishedWrite[]> {
  const writes: UnfinishedWrite[] = []
  for await (const write of from.unfinished?.(prefix, options) ?? []) {
    if (idOfKey(write.key) !== undefined || isOfSingleFile(write.key)) writes.push(write)
  }
  return writes
}
