import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { type CallOptions, isPgarkError } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { deniedRead } from './denied-read.ts'

/**
 * What the server knows of an object; undefined when there is none. The answer to HEAD has no body, so neither a missing bucket nor a
 * refused key can be told from it: where it matters the same is asked with GET, and where that is refused, with a listing.
 */
export async function head(
  bucket: Bucket,
  key: string,
  { signal }: CallOptions = {},
): Promise<HeadObjectCommandOutput | undefined> {
  const kind = {
    what: `look at ${bucket.location}/${key}`,
    permission: 's3:GetObject',
    signal,
  }
  const target = { Bucket: bucket.options.bucket, Key: bucket.keyOf(key) }
  try {
    return await bucket.call(kind, (client, sdk, send) => client.send(new sdk.HeadObjectCommand(target), send))
  } catch (error) {
    if (!isPgarkError(error) || error.retryable || error === signal?.reason) throw error
    const isMissing = error.code === 'DESTINATION.NOT_FOUND'
    if (isMissing && bucket.wasReached) return undefined
    await bucket
      .call(kind, async (client, sdk, send) => {
        const { Body } = await client.send(new sdk.GetObjectCommand({ ...target, Range: 'bytes=0-0' }), send)
        // Not read: its connection would wait for that.
        ;(Body as import('node:stream').Readable | undefined)?.destroy()
      })
      .catch(async (explained: unknown) => {
        if (!isPgarkError(explained) || explained.code !== 'DESTINATION.NOT_FOUND') {
          throw await deniedRead(bucket, target.Key, kind, explained)
        }
        bucket.wasReached = true
      })
    if (isMissing) return undefined
    throw error
  }
}
