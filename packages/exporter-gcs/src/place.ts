import { PgarkError } from '@pgark/core'
import type { ResolvedOptions } from './options/resolve-options.ts'

/** https://docs.cloud.google.com/storage/docs/objects#naming */
const longestNameBytes = 1024

/** Where keys lie: their names in the bucket, and the addresses at which the JSON API has them. */
export interface Place {
  readonly bucket: string
  readonly prefix: string
  /** For people; without a `/` at its end. */
  readonly location: string
  /** With the server, without a `/` at its end. */
  readonly identity: string
  /** For people. */
  uriOf(key: string): string
  /** The whole name of an object. Throws `USAGE.KEY` for what the bucket could not take. */
  nameOf(key: string): string
  /** All objects. */
  objects(query: Readonly<Record<string, string>>): URL
  object(key: string, query?: Readonly<Record<string, string>>): URL
  uploads(query: Readonly<Record<string, string>>): URL
}

export function place({ bucket, prefix, apiEndpoint }: ResolvedOptions): Place {
  const inBucket = `storage/v1/b/${encodeURIComponent(bucket)}/o`
  const address = (path: string, query: Readonly<Record<string, string>> = {}) => {
    const url = new URL(`${apiEndpoint}/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }
  const nameOf = (key: string) => {
    const name = prefix + key
    const sizeBytes = Buffer.byteLength(name)
    if (key === '' || sizeBytes > longestNameBytes || /[\r\n]/.test(name) || !key.isWellFormed()) {
      const expected = `1 to ${longestNameBytes} bytes of UTF-8, without line breaks`
      throw new PgarkError('USAGE.KEY', `Expected the name of an object to be ${expected}, got ${sizeBytes} bytes.`, {
        hint: 'choose a shorter prefix, or shorter names',
      })
    }
    return name
  }
  return {
    bucket,
    prefix,
    location: `gs://${bucket}/${prefix}`.replace(/\/$/, ''),
    identity: `${apiEndpoint}/${bucket}/${prefix}`.replace(/\/$/, ''),
    uriOf: (key) => `gs://${bucket}/${prefix}${key}`,
    nameOf,
    objects: (query) => address(inBucket, query),
    object: (key, query) => address(`${inBucket}/${encodeURIComponent(nameOf(key))}`, query),
    uploads: (query) => address(`upload/${inBucket}`, query),
  }
}
