import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import { isSingleFileName } from '../destination/single-file.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { refuseProblems } from '../errors/problems.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import { keyProblems, pluginProblems } from '../runs/check-call.ts'
import { atOnce } from './at-once.ts'

/** So many folders are looked into, and so far into each: what is below is a hint, and a bucket may hold anything. */
const mostFolders = 50
const mostEntries = 1000
const manifest = /\.json$/

/** The error for a place without any backup or run: in a bucket, one whose name is misspelt looks like this. */
export async function nothingAt(from: Exporter, options: CallOptions = {}): Promise<PgarkError> {
  const below = await backupsBelow(from, options)
  return new PgarkError('REFUSED.NOTHING', `There are no backups at ${from.location}.`, {
    hint: below.length > 0 ? `there are some below: ${below.join(', ')}` : 'check the name of the folder or prefix',
  })
}

/**
 * Folders of a destination, one level down, in which backups lie; told by their names only. No command looks there by itself: who
 * names the parent of a place with backups finds none.
 */
export async function backupsBelow(from: Exporter, options: CallOptions = {}): Promise<readonly string[]> {
  refuseProblems([...pluginProblems('destination', from), ...keyProblems(options, ['signal'])])
  if (from.objectKey !== undefined) return []
  const folders: string[] = []
  for await (const entry of from.list('', { delimiter: '/', ...options })) {
    if ('prefix' in entry && !isBackupId(entry.prefix.slice(0, -1))) folders.push(entry.prefix)
  }
  const first = folders.sort().slice(0, mostFolders)
  const found = await atOnce(first, async (folder) => ((await holdsBackups(from, folder, options)) ? [folder] : []))
  return found.flat()
}

async function holdsBackups(from: Exporter, folder: string, options: CallOptions): Promise<boolean> {
  let entries = 0
  for await (const entry of from.list(folder, { delimiter: '/', ...options })) {
    const name = 'key' in entry ? entry.key.slice(folder.length) : ''
    const of = name.replace(manifest, '')
    if (of !== name && (isBackupId(of) || isSingleFileName(of))) return true
    entries += 1
    if (entries >= mostEntries) return false
  }
  return false
}
