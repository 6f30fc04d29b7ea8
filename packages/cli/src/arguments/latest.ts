import { type CallOptions, type Exporter, list, PgarkError } from '@pgark/core'
import { schemeOf } from './destination-url.ts'
import { keyValues } from './key-values.ts'

/** A reference to the newest backup of a destination. */
export interface Latest {
  readonly destination: string
  /** What its metadata must say, as `key=value`. */
  readonly wanted: readonly string[]
}

/** Reads `<destination>/latest[:key=value,…]`, in a URL before the `?`; undefined for any other reference. */
export function latestOf(reference: string): Latest | undefined {
  const isUrl = schemeOf(reference) !== undefined
  const [, address = '', query = ''] = (isUrl ? /^([^?#]*)(.*)$/s : /^(.*)()$/s).exec(reference) ?? []
  const found = /^(?:(.*)\/)?latest(?::(.*))?$/s.exec(address)
  if (!found) return undefined
  const [, place, wanted] = found
  return { destination: place === undefined ? '.' : `${place}/${query}`, wanted: wanted?.split(',') ?? [] }
}

/** The key of the newest complete backup that says so; which is newest its snapshot decides. */
export async function newestIn(from: Exporter, wanted: readonly string[], options: CallOptions): Promise<string> {
  const entries = Object.entries(keyValues(wanted))
  const newest = (await list(from, options)).findLast(
    (backup) => backup.state === 'complete' && entries.every(([key, value]) => backup.manifest.metadata[key] === value),
  )
  if (newest) return newest.key
  const which = wanted.length > 0 ? ` with ${wanted.join(', ')}` : ''
  throw new PgarkError('DESTINATION.NOT_FOUND', `There is no complete backup${which} at ${from.location}.`, {
    hint: 'list what is there: pgark list',
  })
}
