import { existsSync, statSync } from 'node:fs'
import { type Exporter, PgarkError } from '@pgark/core'
import type { Plugins } from '../plugins/plugins.ts'
import { openDestination } from './destination.ts'
import { schemeOf, withoutQuery } from './destination-url.ts'
import { latestOf } from './latest.ts'

/** A path or URL of many backups. A bucket has no folders that could be missing: there, no backups are what an unknown prefix has. */
export async function openPlace(destination: string, plugins?: Plugins): Promise<Exporter> {
  if (schemeOf(destination) === undefined && !statSync(destination, { throwIfNoEntry: false })?.isDirectory()) {
    throw notAPlace(`${destination} is not a folder.`, hintFor(destination))
  }
  const place = await openDestination(destination, plugins)
  if (place.objectKey === undefined || schemeOf(destination) === undefined) return place
  await place.close()
  throw notAPlace(`${withoutQuery(destination)} is one file.`, nameParent)
}

const nameParent = 'name the folder or prefix that it is in'

function hintFor(missing: string): string {
  if (existsSync(missing)) return nameParent
  return latestOf(missing) ? 'that would be one backup: name the folder that it is in' : 'check the path'
}

const notAPlace = (message: string, hint: string) => new PgarkError('DESTINATION.NOT_FOUND', message, { hint })
