import type { RunContext } from '../contracts/run.ts'
import { isPgarkError, type PgarkErrorLike } from '../errors/pgark-error.ts'
import { backupParts } from './backup-parts.ts'
import { copyBackup, copyNewProofs } from './copy-backup.ts'
import type { CopiedBackup, CopyOptions } from './copy-options.ts'
import type { FoundBackup } from './find-backups.ts'
import { placementAt } from './placement.ts'
import { removeMoved } from './remove-moved.ts'
import { type Catalogue, sameAt } from './same-backup.ts'
import { verifyCopy } from './verify-copy.ts'

/** Brings one backup there, or tells what is in the way of it. Rejects only with what is no one backup's matter. */
export async function copyOne(
  { from, to, move = false, dryRun = false }: CopyOptions,
  backup: FoundBackup,
  catalogue: Catalogue,
  run: RunContext,
): Promise<CopiedBackup> {
  const { signal } = run
  const { id, totals } = backup.manifest
  try {
    const parts = await backupParts(from, backup, { signal })
    if (parts.problem) return unable(id, 'damaged', parts.problem)
    const place = await placementAt(to, from, backup, parts, signal)
    const there = sameAt(to, backup, catalogue)
    const isElsewhere = there && there.layout.manifestKey !== place.layout.manifestKey
    const problem = there && (await backupParts(to, there, { signal })).problem
    // What is damaged there is completed where it lies, if that is where it would be copied to.
    if (problem && isElsewhere) return unable(id, 'differing', problem)
    const isWhole = there !== undefined && !problem
    if (dryRun) return told(id, isWhole ? 'same' : 'pending', totals.sizeBytes)
    const copying = { from, to, backup, place, isThere: there !== undefined }
    const sentBytes = isWhole ? 0 : await copyBackup(copying, run)
    if (isWhole && !isElsewhere) await copyNewProofs(copying, run)
    if (!move) return told(id, isWhole ? 'same' : 'copied', totals.sizeBytes, sentBytes)
    const verified = await verifyCopy(to, there?.key ?? place.key, backup, signal)
    try {
      await removeMoved({ from, to, backup, ...verified }, run)
    } catch (error) {
      if (!isPgarkError(error) || signal.aborted || error.code === 'REFUSED.SAME_PLACE') throw error
      return { ...unable(id, 'unremoved', error), sizeBytes: totals.sizeBytes, sentBytes }
    }
    return told(id, 'moved', totals.sizeBytes, sentBytes)
  } catch (error) {
    if (!isPgarkError(error) || signal.aborted) throw error
    if (error.code === 'REFUSED.DIFFERENT') return unable(id, 'differing', error)
    return unable(id, error.code.startsWith('DAMAGE.') ? 'damaged' : 'failed', error)
  }
}

export const told = (id: string, state: CopiedBackup['state'], sizeBytes: number, sentBytes = 0): CopiedBackup => ({
  ...{ id, state, sizeBytes, sentBytes },
})

export function unable(id: string, state: CopiedBackup['state'], error: PgarkErrorLike): CopiedBackup {
  const { code, message, hint } = error
  return { ...told(id, state, 0), problem: { code, message, ...(hint !== undefined && { hint }) } }
}
