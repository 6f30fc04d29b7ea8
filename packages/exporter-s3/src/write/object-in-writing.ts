import { randomUUID } from 'node:crypto'
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { PgarkError } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { head } from '../read/stat.ts'
import { etagOf, isOfOtherBytes } from './etag.ts'

/** The object's metadata by which a write knows its own object, where an answer got lost. */
const mark = 'pgark-write'

/** An object that is being written, and what is asked for it. */
export interface ObjectInWriting {
  readonly key: string
  readonly objectKey: string
  readonly overwrite: boolean
  /** Of this write alone. */
  readonly token: string
  /** What every request that begins an object says of it. */
  readonly attributes: {
    readonly Bucket: string
    readonly Key: string
    readonly Metadata: Readonly<Record<string, string>>
  }
}

/** What was sent. */
export interface Sent {
  readonly sizeBytes: number
  /** As S3 makes it of what it received, where it keeps no encryption of its own. */
  readonly etag: string
}

export function objectInWriting(bucket: Bucket, key: string, overwrite: boolean): ObjectInWriting {
  const { options } = bucket
  const objectKey = bucket.keyOf(key)
  const token = randomUUID()
  const { storageClass, serverSideEncryption, kmsKeyId, tags } = options
  const attributes = {
    Bucket: options.bucket,
    Key: objectKey,
    Metadata: { [mark]: token },
    ContentType: 'application/octet-stream',
    ...(storageClass !== undefined && { StorageClass: storageClass as 'STANDARD' }),
    ...(serverSideEncryption !== undefined && { ServerSideEncryption: serverSideEncryption }),
    ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
    ...(tags !== undefined && { Tagging: inQuery(tags) }),
  }
  return { key, objectKey, overwrite, token, attributes }
}

/** As in a URL, but for spaces, which a form has as `+`: Ceph would keep that. */
const inQuery = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .map((tag) => tag.map(encodeURIComponent).join('='))
    .join('&')

/** Whether the object is the one of this write. A server that keeps no metadata leaves what was sent to go by. */
export function isOurs(found: HeadObjectCommandOutput | undefined, object: ObjectInWriting, sent: Sent): boolean {
  if (!found) return false
  const token = found.Metadata?.[mark]
  return token === undefined
    ? found.ContentLength === sent.sizeBytes && etagOf(found) === sent.etag
    : token === object.token
}

/** Throws `REFUSED.EXISTS` when something has the name. */
export async function refuseExisting(bucket: Bucket, object: ObjectInWriting, signal?: AbortSignal): Promise<void> {
  if (await head(bucket, object.key, signal && { signal })) throw existing(bucket, object)
}

export const existing = (bucket: Bucket, { key }: ObjectInWriting, cause?: unknown) =>
  new PgarkError('REFUSED.EXISTS', `${bucket.location}/${key} is already there.`, {
    hint: 'choose another name, or allow it to be replaced (--force)',
    cause,
  })

/**
 * The last look at what was written: the object is ours, has the size that was sent, and the ETag of what was sent. Where the server
 * encrypts with KMS, or has ETags of its own kind, size and the checksums of the requests must do.
 */
export async function checkStored(bucket: Bucket, object: ObjectInWriting, sent: Sent): Promise<void> {
  const found = await head(bucket, object.key)
  const name = `${bucket.location}/${object.key}`
  if (!isOurs(found, object, sent)) {
    // Two have written it at the same time. Who may replace others may be replaced; otherwise the server does not keep conditions.
    if (found && object.overwrite) return
    if (found) throw existing(bucket, object)
    throw new PgarkError('DESTINATION.CHANGED', `${name} is not what was just written: it was replaced or removed.`, {
      hint: 'see who else writes there',
    })
  }
  if (found?.ContentLength !== sent.sizeBytes) {
    const message = `${name} has ${found?.ContentLength} bytes at its destination, ${sent.sizeBytes} were sent.`
    throw new PgarkError('DESTINATION.SIZE', message, { hint: 'run it again; report it to the provider' })
  }
  if (isOfOtherBytes(found, sent.etag)) {
    const message = `${name} is not what was sent: its ETag is ${etagOf(found)}, that of the bytes sent ${sent.etag}.`
    throw new PgarkError('DESTINATION.CHECKSUM', message, { hint: 'run it again; report it to the provider' })
  }
}
