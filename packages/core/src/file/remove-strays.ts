import type { Dirent } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { isPartialName, isStray } from './partial-name.ts'

/**
 * Removes the unfinished files in a folder whose processes have died, and answers their paths. Files of running processes, of other
 * hosts, and what may not be removed stay.
 */
export async function removeStrays(folder: string): Promise<readonly string[]> {
  const removed: string[] = []
  for (const entry of await entriesOf(folder)) {
    if (!entry.isFile() || !isPartialName(entry.name)) continue
    const file = path.join(folder, entry.name)
    try {
      if (!(await isStray(entry.name, (await stat(file)).mtime))) continue
      await rm(file)
      removed.push(file)
    } catch {
      // Gone meanwhile, or somebody else's: not ours to remove.
    }
  }
  return removed
}

/** The folders below `folder` that hold parts of a backup without a manifest beside them: a run that is on, or has died. */
export async function unfinishedFolders(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder)
  const names = new Set(entries.map(({ name }) => name))
  const unfinished = entries.filter((entry) => entry.isDirectory() && !names.has(`${entry.name}.json`))
  return unfinished.map(({ name }) => path.join(folder, name))
}

const entriesOf = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => [])
