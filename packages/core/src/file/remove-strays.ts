import type { Dirent } from 'node:fs'
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isBackupId } from '../manifest/backup-id.ts'
import { isPartialName, writerOf } from './partial-name.ts'

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
      // A doubt keeps it.
      if ((await writerOf(entry.name, (await stat(file)).mtime)) !== 'died') continue
      await rm(file)
      removed.push(file)
    } catch {
      // Gone meanwhile, or somebody else's: not ours to remove.
    }
  }
  return removed
}

/**
 * Removes what runs that died have left of backups in folders below `folder`, and answers its paths. A folder with the name of a
 * backup that has no manifest, and in which a process died, is that process's alone: its whole objects go too.
 */
export async function removeDeadRuns(folder: string): Promise<readonly string[]> {
  const removed: string[] = []
  for (const name of await unfinishedFolders(folder)) {
    const unfinished = path.join(folder, name)
    const strays = await removeStrays(unfinished)
    if (strays.length === 0) continue
    removed.push(...strays)
    const isDead = isBackupId(name) && !(await hasPartials(unfinished))
    // A folder that held nothing else goes in any case; what holds more, or may not be removed, stays for the next backup to try.
    await (isDead ? rm(unfinished, { recursive: true }) : rmdir(unfinished)).catch(() => {})
  }
  return removed
}

/** The names of folders that hold parts of a backup without a manifest beside them: a run that is on, or has died. */
async function unfinishedFolders(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder)
  const names = new Set(entries.map(({ name }) => name))
  const unfinished = entries.filter((entry) => entry.isDirectory() && !names.has(`${entry.name}.json`))
  return unfinished.map(({ name }) => name)
}

const hasPartials = async (folder: string) => (await entriesOf(folder)).some(({ name }) => isPartialName(name))

const entriesOf = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => [])
