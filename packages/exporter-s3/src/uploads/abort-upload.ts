import { isPgarkError, PgarkError } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { pause } from '../connection/retry.ts'
import { reasonOf } from '../connection/s3-error.ts'

/** An upload, by its key in the exporter's place. */
export interface UploadName {
  readonly key: string
  readonly id: string
}

/**
 * Ends an upload, and resolves when the server no longer knows of it. A part that was on its way may arrive after the upload was
 * aborted, and bring it back: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 */
export async function abortUpload(bucket: Bucket, { key, id }: UploadName, signal?: AbortSignal): Promise<void> {
  const target = { Bucket: bucket.options.bucket, Key: bucket.keyOf(key), UploadId: id }
  const what = `end the unfinished upload of ${bucket.location}/${key}`
  for (let count = 1; count <= bucket.options.maxAttempts; count++) {
    if (count > 1) await pause(count, signal)
    await bucket
      .call({ what, permission: 's3:AbortMultipartUpload', signal }, (client, sdk, send) =>
        client.send(new sdk.AbortMultipartUploadCommand(target), send),
      )
      .catch(unlessUploadIsGone)
    if (await isGone(bucket, target, what, signal)) return
  }
  throw new PgarkError('DESTINATION.UNAVAILABLE', `Cannot ${what}: it does not go.`, {
    hint: 'try again later, or leave it to a lifecycle rule of the bucket',
    retryable: true,
    meta: { uploadId: id },
  })
}

interface Target {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId: string
}

async function isGone(bucket: Bucket, target: Target, what: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await bucket.call({ what, permission: 's3:ListMultipartUploadParts', signal }, (client, sdk, send) =>
      client.send(new sdk.ListPartsCommand({ ...target, MaxParts: 1 }), send),
    )
    return false
  } catch (error) {
    // Who may not look has the server's word that it was aborted.
    if (!isPgarkError(error) || error.code !== 'DESTINATION.DENIED') unlessUploadIsGone(error)
    return true
  }
}

/** Throws what is about anything else. Ceph says of an upload what others say of an object. */
export function unlessUploadIsGone(error: unknown): void {
  if (!['NoSuchUpload', 'NoSuchKey', 'NotFound'].includes(reasonOf(error))) throw error
}
