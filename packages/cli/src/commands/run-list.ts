import { statSync } from 'node:fs'
import {
  didYouMean,
  type Exporter,
  formatBytes,
  formatCount,
  type ListedBackup,
  list,
  PgarkError,
  refuseProblems,
} from '@pgark/core'
import { openDestination } from '../arguments/destination.ts'
import { schemeOf, withoutQuery } from '../arguments/destination-url.ts'
import { keyValues } from '../arguments/key-values.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { formatTable } from '../terminal/table.ts'
import type { ListFlags } from './list.ts'

export async function runList(flags: ListFlags, destination: string): Promise<void> {
  const wanted = Object.entries(keyValues(flags.metadata))
  const from = await openPlace(destination, flags.plugin)
  const all = await whileOpen(from, () => list(from))
  refuseUnknownKeys(wanted, all)
  const found = all.filter(
    (backup) => backup.state === 'damaged' || wanted.every(([key, value]) => backup.manifest.metadata[key] === value),
  )
  process.stdout.write(flags.json ? `${JSON.stringify(found, null, 1)}\n` : describe(found))
  if (found.some(({ state }) => state === 'damaged')) process.exitCode = 3
}

/** A path or URL of many backups. A bucket has no folders that could be missing: there, no backups are what an unknown prefix has. */
async function openPlace(destination: string, plugins?: readonly string[]): Promise<Exporter> {
  if (schemeOf(destination) === undefined && !statSync(destination, { throwIfNoEntry: false })?.isDirectory()) {
    throw notAPlace(`${destination} is not a folder.`)
  }
  const place = await openDestination(destination, plugins)
  if (place.objectKey === undefined || schemeOf(destination) === undefined) return place
  await place.close()
  throw notAPlace(`${withoutQuery(destination)} is one file.`)
}

const notAPlace = (message: string) =>
  new PgarkError('DESTINATION.NOT_FOUND', message, { hint: 'for one file use: pgark show' })

/** A key that no backup has is misspelt more often than not; an empty list would say that there is no such backup. */
function refuseUnknownKeys(wanted: readonly (readonly [string, string])[], all: readonly ListedBackup[]): void {
  const backups = all.flatMap((backup) => (backup.state === 'complete' ? [backup.manifest.metadata] : []))
  const known = new Set(backups.flatMap((metadata) => Object.keys(metadata)))
  const unknown = backups.length === 0 ? [] : wanted.filter(([key]) => !known.has(key))
  refuseProblems(
    unknown.map(([key]) => ({
      message: `No backup here has metadata of the name ${key}.`,
      hint: didYouMean(key, known) ?? (known.size > 0 ? `there are ${[...known].join(', ')}` : 'none has any metadata'),
    })),
  )
}

function describe(found: readonly ListedBackup[]): string {
  if (found.length === 0) return 'no backups\n'
  const rows = found.map((backup) =>
    backup.state === 'damaged'
      ? [backup.key, 'damaged', '', '', '', backup.problem]
      : [
          backup.key,
          backup.manifest.snapshot.time.slice(0, 19).replace('T', ' '),
          backup.manifest.source.database,
          formatCount(backup.manifest.totals.rows),
          formatBytes(backup.manifest.totals.sizeBytes),
          Object.entries(backup.manifest.metadata)
            .map(([key, value]) => `${key}=${value}`)
            .join(' '),
        ],
  )
  return `${formatTable(['backup', 'snapshot (UTC)', 'database', 'rows', 'size', 'metadata'], rows)}\n`
}
