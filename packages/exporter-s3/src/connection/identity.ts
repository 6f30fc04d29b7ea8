import type { S3Client } from '@aws-sdk/client-s3'
import type { ResolvedOptions } from '../options/s3-options.ts'

/** Parts of AWS with buckets of their own; elsewhere a bucket's name is taken once, whatever the region. */
const apart = /^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-/

/**
 * What tells a place of a bucket from others: its server, too. The servers of clients are not known here, so that each client counts
 * as one of its own; and one server may have several addresses.
 */
export function identityOf({ endpoint, region = '', client, bucket, prefix }: ResolvedOptions): string {
  const within = `${bucket}/${prefix}`.replace(/\/$/, '')
  if (client) return `s3 client ${numberOf(client)}: ${within}`
  const aws = apart.test(region) ? `https://s3.${region}.amazonaws.com` : 'https://s3.amazonaws.com'
  return `${endpoint === undefined ? aws : addressOf(endpoint)}/${within}`
}

/** As it is the same for everybody: without a slash at its end, or the port that goes without saying. */
function addressOf(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint)
  return (origin + pathname).replace(/\/+$/, '')
}

const numbers = new WeakMap<S3Client, number>()
let count = 0
function numberOf(client: S3Client): number {
  const known = numbers.get(client)
  if (known !== undefined) return known
  count += 1
  numbers.set(client, count)
  return count
}
