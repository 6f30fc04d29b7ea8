import { isPgarkError } from '@pgark/core'
import type { Bucket, BucketCall } from '../connection/bucket.ts'

const isDenied = (error: unknown) => isPgarkError(error) && error.code === 'DESTINATION.DENIED'

/**
 * The error to tell for a read that failed. Who may not list is not told that an object is missing: the answer is that of a forbidden
 * one, whatever else is allowed (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, Permissions). So where a read was
 * denied the listing is tried, too, and if that is what is not allowed, it is what has to be allowed first.
 */
export async function deniedRead(
  bucket: Bucket,
  objectKey: string,
  kind: BucketCall,
  error: unknown,
): Promise<unknown> {
  if (!isDenied(error)) return error
  const input = { Bucket: bucket.options.bucket, Prefix: objectKey, MaxKeys: 1 }
  try {
    await bucket.call({ ...kind, permission: 's3:ListBucket' }, (client, sdk, send) =>
      client.send(new sdk.ListObjectsV2Command(input), send),
    )
    return error
  } catch (ofListing) {
    // Any other failure says nothing of permissions; an abort is told as one.
    kind.signal?.throwIfAborted()
    return isDenied(ofListing) ? ofListing : error
  }
}
