import { statSync } from 'node:fs'
import { type Exporter, PgarkError } from '@pgark/core'
import type { Plugins } from '../plugins/plugins.ts'
import { openDestination } from './destination.ts'
import { schemeOf, withoutQuery } from './destination-url.ts'

/** A path or URL of many backups. A bucket has no folders that could be missing: there, no backups are what an unknown prefix has. */
export async function openPlace(destination: string, plugins?: Plugins): Promise<Exporter> {
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
