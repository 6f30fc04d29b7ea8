import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { refuseProblems } from '../errors/problems.ts'
import { whileItRuns } from '../runs/while-it-runs.ts'
import { copyOne, told, unable } from './copy-one.ts'
import { type CopiedBackup, type CopyOptions, type CopyResult, copyProblems } from './copy-options.ts'
import { findBackup, findBackups } from './find-backups.ts'
import { runsWithoutManifest } from './incomplete-runs.ts'
import { nothingAt } from './nothing-at.ts'
import type { Catalogue } from './same-backup.ts'
import { refuseSamePlace } from './same-place.ts'

/**
 * Copies backups that are missing at another destination, oldest first, and completes those that an earlier run has begun. Each
 * object is checked against its hash as it passes; the manifest is written last. What lies there under the right key with the right
 * size is read there and compared by its hash before it counts as copied. A whole copy is known by its manifest and the sizes of its
 * objects: `verify` reads it again.
 *
 * Resolves also where single backups failed, are damaged here, or differ there: see the result. Rejects when a destination cannot be
 * listed, and with the signal's reason; with `REFUSED.NOTHING` where there is no backup to be copied, nor a run that may become one;
 * and with `REFUSED.SAME_PLACE` where backups would be moved to where they are.
 */
export async function copy(options: CopyOptions): Promise<CopyResult> {
  refuseProblems(copyProblems(options))
  return await whileItRuns(options, (run) => copyAll(options, run))
}

async function copyAll(options: CopyOptions, run: RunContext): Promise<CopyResult> {
  const { from, to, dryRun = false, id } = options
  const here = await chosen(from, id, run)
  const there = await catalogueOf(to, to.objectKey, run.signal)
  const [first] = here.backups
  if (first && options.move && !dryRun) await refuseSamePlace(from, to, first.layout.manifestKey, run)
  run.onEvent({ type: 'phase', name: 'copy' })
  const results: CopiedBackup[] = here.unreadable.map(({ key, error }) => unable(key, 'damaged', error))
  const oldestFirst = here.backups.toSorted((a, b) => a.manifest.snapshot.time.localeCompare(b.manifest.snapshot.time))
  for (const backup of oldestFirst) results.push(await copyOne(options, backup, there, run))
  if (dryRun && id === undefined) results.push(...onlyThere(results, there))
  const result = { ok: results.every(({ problem }) => problem === undefined), backups: results }
  run.onEvent({ type: 'result', command: 'copy', ...result })
  return result
}

async function catalogueOf(at: Exporter, key: string | undefined, signal: AbortSignal): Promise<Catalogue> {
  if (key === undefined) return await findBackups(at, { signal })
  const found = await findBackup(at, key, { signal })
  if (found === undefined) return { backups: [], unreadable: [] }
  return 'error' in found ? { backups: [], unreadable: [found] } : { backups: [found], unreadable: [] }
}

async function chosen(from: Exporter, id: string | undefined, { signal }: RunContext): Promise<Catalogue> {
  const key = from.objectKey ?? id
  if (key === undefined) {
    const all = await findBackups(from, { signal })
    const isEmpty = all.backups.length + all.unreadable.length === 0
    if (isEmpty && (await runsWithoutManifest(from, all, { signal })).length === 0)
      throw await nothingAt(from, { signal })
    return all
  }
  const found = await catalogueOf(from, key, signal)
  if (found.backups.length + found.unreadable.length > 0) return found
  if (from.objectKey !== undefined && (await from.stat(key, { signal }))) {
    throw new PgarkError('DESTINATION.NO_MANIFEST', `${from.location} has no manifest beside it.`, {
      hint: 'what pgark did not make it cannot check: copy it by other means',
    })
  }
  throw new PgarkError('DESTINATION.NOT_FOUND', `There is no backup ${key} at ${from.location}.`, {
    hint: 'list what is there: pgark list',
  })
}

function onlyThere(results: readonly CopiedBackup[], { backups }: Catalogue): readonly CopiedBackup[] {
  const known = new Set(results.map(({ id }) => id))
  const others = backups.filter(({ manifest }) => !known.has(manifest.id))
  return others
    .map(({ manifest }) => told(manifest.id, 'there', manifest.totals.sizeBytes))
    .sort((a, b) => a.id.localeCompare(b.id))
}
