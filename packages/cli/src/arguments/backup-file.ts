import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Exporter, file, PgarkError } from '@pgark/core'

/** A backup that a reference names: a file, or one of several in a folder. */
export interface BackupReference {
  readonly from: Exporter
  readonly id?: string
}

/** Resolves `<file>`, `<folder>/<id>` or the folder of a directory archive. Throws `DESTINATION.NOT_FOUND` where there is neither. */
export function backupReference(reference: string): BackupReference {
  refuseStandardInput(reference)
  const found = statSync(reference, { throwIfNoEntry: false })
  if (found?.isFile()) return { from: file(reference) }
  const folder = path.dirname(reference)
  const id = path.basename(reference)
  if (existsSync(path.join(folder, `${id}.json`))) return { from: file(folder), id }
  if (existsSync(path.join(reference, 'toc.dat'))) return { from: file(reference) }
  const hint = found ? 'list the backups in it: pgark list' : 'check the path'
  throw new PgarkError('DESTINATION.NOT_FOUND', `There is no backup ${reference}.`, { hint })
}

function refuseStandardInput(reference: string): void {
  if (reference !== '-') return
  throw new PgarkError('USAGE.OPTIONS', 'Only restore reads from standard input.', { hint: 'name a file' })
}
