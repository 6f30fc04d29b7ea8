import { createHash } from 'node:crypto'
import type { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import type { CallOptions } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { s3Error } from '../connection/s3-error.ts'

/** What one request takes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const mostAtOnce = 1000

/** Removes objects; what is not there is no error. Keys that could not be removed are named, after all others have been. */
export async function removeObjects(bucket: Bucket, keys: readonly string[], { signal }: CallOptions): Promise<void> {
  const { options, location } = bucket
  const permission = 's3:DeleteObject'
  const left: { key: string; reason: string }[] = []
  for (let at = 0; at < keys.length; at += mostAtOnce) {
    const batch = keys.slice(at, at + mostAtOnce)
    const what = `remove ${batch.length === 1 ? `${location}/${batch[0]}` : `${batch.length} objects of ${location}`}`
    const Delete = { Quiet: true, Objects: batch.map((key) => ({ Key: bucket.keyOf(key) })) }
    const answer = await bucket.call({ what, permission, signal }, (client, sdk, send) =>
      client.send(withContentMd5(new sdk.DeleteObjectsCommand({ Bucket: options.bucket, Delete })), send),
    )
    for (const { Key = '', Code = '' } of answer.Errors ?? []) {
      if (Code !== 'NoSuchKey') left.push({ key: Key.slice(options.prefix.length), reason: Code })
    }
  }
  const [first] = left
  if (!first) return
  const others = left.length > 1 ? ` and ${left.length - 1} more` : ''
  const failed = Object.assign(new Error(first.reason), { name: first.reason })
  const kind = { what: `remove ${location}/${first.key}${others}`, permission }
  throw s3Error(failed, kind, options)
}

/**
 * This request must carry a digest of its body. The SDK sends a CRC32 of its own, which servers that are not so new do not count:
 * to Content-MD5 none objects.
 */
function withContentMd5(command: DeleteObjectsCommand): DeleteObjectsCommand {
  command.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as { readonly body: string | Uint8Array; readonly headers: Record<string, string> }
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64')
      return await next(args)
    },
    { step: 'build' },
  )
  return command
}
