import { createHash, randomUUID } from 'node:crypto'
import { type CallOptions, isPgarkError, PgarkError } from '@pgark/core'
import type { Bucket, Send } from './connection/bucket.ts'
import { objectInWriting } from './write/object-in-writing.ts'

const content = Buffer.from('pgark\n')

type Step = <T>(permission: string, what: string, send: Send<T>) => Promise<T | undefined>

/**
 * Does everything that backups need with an object of its own, and leaves nothing. What is not allowed is told together, each
 * permission by its name; any other failure at once.
 */
export async function probeBucket(bucket: Bucket, { signal }: CallOptions): Promise<void> {
  const { location } = bucket
  const denied: { permission: string; error: unknown }[] = []
  const step: Step = async (permission, what, send) => {
    try {
      return await bucket.call({ what: `${what} ${location}`, permission, signal }, send)
    } catch (error) {
      if (!isPgarkError(error) || error.code !== 'DESTINATION.DENIED') throw error
      denied.push({ permission, error })
      return undefined
    }
  }
  const key = `.pgark-probe-${randomUUID()}`
  const { attributes } = objectInWriting(bucket, key, false)
  const target = { Bucket: attributes.Bucket, Key: attributes.Key }
  const list = { Bucket: target.Bucket, Prefix: target.Key }
  await step('s3:ListBucket', 'list', (client, sdk, send) => client.send(new sdk.ListObjectsV2Command(list), send))
  const ContentMD5 = createHash('md5').update(content).digest('base64')
  const isWritten = await step('s3:PutObject', 'write to', (client, sdk, send) =>
    client.send(new sdk.PutObjectCommand({ ...attributes, Body: content, ContentMD5 }), send),
  )
  if (isWritten) {
    await step('s3:GetObject', 'read from', (client, sdk, send) => client.send(new sdk.HeadObjectCommand(target), send))
    await step('s3:DeleteObject', 'remove from', (client, sdk, send) =>
      client.send(new sdk.DeleteObjectCommand(target), send),
    )
    await probeUpload(attributes, step)
  }
  const [first] = denied
  if (!first) return
  const permissions = denied.map(({ permission }) => permission).join(', ')
  const stays = isWritten && /Delete|Abort/.test(permissions) ? `; ${attributes.Key} stays` : ''
  throw new PgarkError('DESTINATION.DENIED', `${location} is there, but not allowed are: ${permissions}.`, {
    hint: `allow ${permissions}${stays}`,
    meta: { permissions: denied.map(({ permission }) => permission) },
    cause: first.error,
  })
}

async function probeUpload(attributes: ReturnType<typeof objectInWriting>['attributes'], step: Step): Promise<void> {
  const { Bucket, Key } = attributes
  const begun = await step('s3:PutObject', 'begin an upload to', (client, sdk, send) =>
    client.send(new sdk.CreateMultipartUploadCommand(attributes), send),
  )
  if (!begun) return
  const target = { Bucket, Key, UploadId: begun.UploadId }
  await step('s3:ListMultipartUploadParts', 'look at an upload to', (client, sdk, send) =>
    client.send(new sdk.ListPartsCommand(target), send),
  )
  await step('s3:ListBucketMultipartUploads', 'list uploads to', (client, sdk, send) =>
    client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }), send),
  )
  await step('s3:AbortMultipartUpload', 'end an upload to', (client, sdk, send) =>
    client.send(new sdk.AbortMultipartUploadCommand(target), send),
  )
}
