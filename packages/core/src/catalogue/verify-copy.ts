import type { Exporter } from '../contracts/exporter.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'
import { atOnce } from './at-once.ts'
import { backupParts } from './backup-parts.ts'
import { readWhole } from './copy-object.ts'
import { type FoundBackup, findBackup } from './find-backups.ts'
import type { Moved } from './remove-moved.ts'
import { isSame } from './same-backup.ts'

/** Reads a copy where it was brought, every byte, and throws `DESTINATION.CHECKSUM` where it is not the same backup. */
export async function verifyCopy(
  to: Exporter,
  key: string,
  backup: FoundBackup,
  signal: AbortSignal,
): Promise<Pick<Moved, 'copy' | 'copyParts'>> {
  const copy = await findBackup(to, key, { signal })
  if (!copy || 'error' in copy || !isSame(backup, copy)) throw notTheSame(to, key)
  const copyParts = await backupParts(to, copy, { signal })
  const { objects, contents, problem } = copyParts
  try {
    if (problem) throw problem
    await atOnce(contents ? [...objects, contents] : objects, (object) => readWhole(to, object, signal))
    return { copy, copyParts }
  } catch (error) {
    throw isPgarkError(error) && error.code.startsWith('DAMAGE.') ? notTheSame(to, key, error) : error
  }
}

const notTheSame = (to: Exporter, key: string, cause?: Error) =>
  new PgarkError(
    'DESTINATION.CHECKSUM',
    `${key} at ${to.location} is not what was copied. ${cause?.message ?? ''}`.trim(),
    {
      hint: 'nothing was removed here; remove it there and run it again',
      cause,
    },
  )
