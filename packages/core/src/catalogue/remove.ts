import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext, RunOptions } from '../contracts/run.ts'
import { type BackupLayout, fileLayout, folderLayout } from '../destination/layout.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import { isObject, keyProblems, pluginProblems, removalProblems, textProblems } from '../runs/check-call.ts'
import { whileItRuns } from '../runs/while-it-runs.ts'
import { findBackup } from './find-backups.ts'
import { removeBackup } from './remove-backup.ts'

export interface RemoveOptions extends RunOptions {
  from: Exporter
  /** Which backup, where there may be several: its id, or the name of a single file among them. */
  id?: string
}

export interface RemoveResult {
  readonly key: string
  readonly location: string
  /** Bytes that lay there of it, proofs included, its manifest aside. */
  readonly sizeBytes: number
}

/**
 * Removes one backup, whatever its state: the manifest first, then its objects and proofs. Rejects with `DESTINATION.NOT_FOUND` where
 * there is no manifest. Asks nobody.
 */
export async function remove(options: RemoveOptions): Promise<RemoveResult> {
  refuseProblems(problemsOf(options))
  return await whileItRuns(options, (run) => removeOne(options, run))
}

async function removeOne({ from, id }: RemoveOptions, run: RunContext): Promise<RemoveResult> {
  const { signal } = run
  const key = from.objectKey ?? id ?? ''
  const layout = await layoutOf(from, key, signal)
  run.onEvent({ type: 'phase', name: 'remove' })
  const sizeBytes = await removeBackup(from, { key, layout }, run)
  const location = from.objectKey === undefined ? `${from.location}/${key}` : from.location
  run.onEvent({ type: 'result', command: 'remove', ok: true, key, location, sizeBytes })
  return { key, location, sizeBytes }
}

/** Where its parts lie. What is no backup of ours by its manifest or at least by its name is not ours to remove. */
async function layoutOf(from: Exporter, key: string, signal: AbortSignal): Promise<BackupLayout> {
  const found = await findBackup(from, key, { signal })
  if (found === undefined) {
    throw new PgarkError('DESTINATION.NOT_FOUND', `There is no backup ${key} at ${from.location}.`, {
      hint: 'list what is there: pgark list; what runs without a manifest have left is for pgark prune',
    })
  }
  if ('layout' in found) return found.layout
  if (isBackupId(key)) return folderLayout(key)
  if (await from.stat(key, { signal })) return fileLayout(key)
  throw found.error
}

function problemsOf(options: RemoveOptions): readonly Problem[] {
  const problems: Problem[] = [...keyProblems(options, ['from', 'id', 'signal', 'onEvent', 'log'])]
  if (!isObject(options)) return problems
  problems.push(...pluginProblems('destination', options.from), ...textProblems(options, ['id']))
  if (problems.length > 0) return problems
  problems.push(...removalProblems(options.from))
  if (options.id === undefined && options.from.objectKey === undefined)
    problems.push({ message: `${options.from.location} may hold many backups.`, hint: 'say which one: give its id' })
  return problems
}
