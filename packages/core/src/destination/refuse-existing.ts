import type { Exporter } from '../contracts/exporter.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { archiveToc, type BackupLayout } from './layout.ts'

/** Asks a destination before the database is read: throws `REFUSED.EXISTS` where a backup would replace something. */
export async function refuseExisting(
  to: Exporter,
  layout: BackupLayout,
  overwrite: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!to.capabilities.read) return
  if (to.objectKey === undefined && (await to.stat(archiveToc, { signal }))) {
    throw new PgarkError('REFUSED.EXISTS', `${to.location} is an archive itself, no folder of backups.`, {
      hint: 'choose another folder',
    })
  }
  for (const key of [to.objectKey, layout.manifestKey]) {
    if (key === undefined || !(await to.stat(key, { signal })) || overwrite) continue
    throw new PgarkError('REFUSED.EXISTS', `${key} is already there (${to.location}).`, {
      hint: 'choose another name, or allow it to be replaced (--force)',
    })
  }
}
