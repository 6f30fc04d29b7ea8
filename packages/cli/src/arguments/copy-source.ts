import { existsSync } from 'node:fs'
import path from 'node:path'
import { type CallOptions, isBackupId } from '@pgark/core'
import type { Plugins } from '../plugins/plugins.ts'
import { type BackupReference, backupReference } from './backup-reference.ts'
import { objectKeyOf } from './destination.ts'
import { schemeOf, splitUrl } from './destination-url.ts'
import { latestOf } from './latest.ts'
import { openPlace } from './place.ts'

/** One backup, or a place with many, as its text says: a file, `<destination>/<id>` and `<destination>/latest` are one. */
export async function copySource(
  text: string,
  plugins: Plugins | undefined,
  options: CallOptions,
): Promise<BackupReference> {
  if (isReference(text)) return await backupReference(text, plugins, options)
  return { from: await openPlace(text, plugins) }
}

function isReference(text: string): boolean {
  if (latestOf(text)) return true
  if (schemeOf(text) !== undefined) return isBackupId(splitUrl(text).name) || objectKeyOf(text) !== undefined
  // A manifest stands beside what it is of, be that a file or a folder.
  return isBackupId(path.basename(text)) || existsSync(`${path.resolve(text)}.json`)
}
