import type { Exporter, StoredObject } from '../contracts/exporter.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { BackupLayout } from './layout.ts'

/** The destination's own word for what it holds, before the manifest says so: throws `DESTINATION.SIZE` where it says otherwise. */
export async function checkStored(
  to: Exporter,
  layout: BackupLayout,
  stored: readonly StoredObject[],
  signal: AbortSignal,
): Promise<void> {
  const found = new Map<string, number>()
  if (to.objectKey !== undefined) {
    const info = await to.stat(to.objectKey, { signal })
    if (info) found.set(info.key, info.sizeBytes)
  } else {
    for await (const info of to.list(layout.objectKey(''), { signal })) {
      if ('sizeBytes' in info) found.set(info.key, info.sizeBytes)
    }
  }
  for (const { key, sizeBytes } of stored) {
    if (found.get(key) === sizeBytes) continue
    throw new PgarkError(
      'DESTINATION.SIZE',
      `${key} has ${found.get(key) ?? 'no'} bytes at its destination, ${sizeBytes} were stored.`,
    )
  }
}
