import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type CallOptions, type Exporter, file, PgarkError } from '@pgark/core'
import { noPlugins, type Plugins } from '../plugins/plugins.ts'
import { openDestination } from './destination.ts'
import { asFolder, schemeOf, splitUrl, withoutQuery } from './destination-url.ts'
import { latestOf, newestIn } from './latest.ts'
import { singleObject } from './single-object.ts'
import { orClose } from './while-open.ts'

/** A backup that a reference names: a file, or one of several at a place. */
export interface BackupReference {
  /** To be closed by who asked for it. */
  readonly from: Exporter
  readonly id?: string
}

/**
 * Resolves `<file>`, `<destination>/<id>`, the place of a directory archive, and `<destination>/latest[:key=value,…]`, destinations being
 * folders or URLs. What is really called `latest` in a folder comes first. Throws `DESTINATION.NOT_FOUND` where there is no such backup.
 */
export async function backupReference(
  reference: string,
  plugins: Plugins = noPlugins,
  options: CallOptions = {},
): Promise<BackupReference> {
  if (reference === '-') {
    throw new PgarkError('USAGE.OPTIONS', 'Only restore reads from standard input.', { hint: 'name a backup' })
  }
  const latest = latestOf(reference)
  if (schemeOf(reference) === undefined) {
    const found = inFolder(reference)
    if (found) return found
    if (!latest)
      throw notFound(reference, existsSync(reference) ? 'list the backups in it: pgark list' : 'check the path')
  }
  const from = await openDestination(placeOf(reference), plugins)
  return await orClose(from, async () => {
    const key = latest ? await newestIn(from, latest.wanted, options) : splitUrl(reference).name
    if (await from.stat(key, options)) return { from: singleObject(from, key) }
    if (await from.stat(`${key}.json`, options)) return { from, id: key }
    if (!(await from.stat(`${key}/toc.dat`, options))) throw notFound(reference, 'list what is there: pgark list')
    await from.close()
    return { from: await openDestination(asFolder(reference), plugins) }
  })
}

/** The destination of a URL's backup, or of the newest one. */
export const placeOf = (reference: string): string => latestOf(reference)?.destination ?? splitUrl(reference).parent

function inFolder(reference: string): BackupReference | undefined {
  if (statSync(reference, { throwIfNoEntry: false })?.isFile()) return { from: file(reference) }
  const folder = path.dirname(reference)
  const id = path.basename(reference)
  if (existsSync(path.join(folder, `${id}.json`))) return { from: file(folder), id }
  return existsSync(path.join(reference, 'toc.dat')) ? { from: file(reference) } : undefined
}

const notFound = (reference: string, hint: string) =>
  new PgarkError(
    'DESTINATION.NOT_FOUND',
    `There is no backup ${schemeOf(reference) ? withoutQuery(reference) : reference}.`,
    { hint },
  )
