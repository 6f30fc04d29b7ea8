import type { ListMultipartUploadsCommandInput } from '@aws-sdk/client-s3'
import { isPgarkError, type UnfinishedWrite } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { type UploadName, unlessUploadIsGone } from './abort-upload.ts'

interface Upload extends UploadName {
  readonly begunAt: Date
}

/** Uploads that have begun and not ended, for keys that begin with `prefix`. */
export async function* listUploads(bucket: Bucket, prefix: string, signal?: AbortSignal): AsyncGenerator<Upload> {
  const beginning = bucket.options.prefix + prefix
  let isEmpty = true
  for await (const page of pagesOf(bucket, beginning, signal)) {
    isEmpty &&= page.length === 0
    yield* page
  }
  if (!isEmpty || beginning === '') return
  // MinIO lists by a whole key only, or, asked for none, everything on one page; another server's first page of that has nothing to add:
  // https://github.com/minio/minio/blob/RELEASE.2025-09-07T16-13-09Z/cmd/erasure-server-pool.go#L1708
  const first = await pagesOf(bucket, '', signal).next().catch(unlessDenied)
  const everything: readonly Upload[] = first?.value ?? []
  yield* everything.filter(({ key }) => key.startsWith(prefix))
}

async function* pagesOf(
  bucket: Bucket,
  beginning: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly Upload[], undefined> {
  const { options } = bucket
  const kind = {
    what: `list unfinished uploads to ${bucket.location}/${beginning.slice(options.prefix.length)}`,
    permission: 's3:ListBucketMultipartUploads',
    signal,
  }
  const asked = { Bucket: options.bucket, ...(beginning !== '' && { Prefix: beginning }) }
  let next: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {}
  while (next) {
    const input: ListMultipartUploadsCommandInput = { ...asked, ...next }
    const page = await bucket.call(kind, (client, sdk, send) =>
      client.send(new sdk.ListMultipartUploadsCommand(input), send),
    )
    const ours = (page.Uploads ?? []).filter(({ Key = '' }) => Key.startsWith(options.prefix))
    yield ours.map(({ Key = '', UploadId = '', Initiated = new Date(0) }) => ({
      key: Key.slice(options.prefix.length),
      id: UploadId,
      begunAt: Initiated,
    }))
    const { NextKeyMarker: KeyMarker = '', NextUploadIdMarker: UploadIdMarker = '' } = page
    next = page.IsTruncated ? { KeyMarker, UploadIdMarker } : undefined
  }
}

function unlessDenied(error: unknown): undefined {
  if (!isPgarkError(error) || error.code !== 'DESTINATION.DENIED') throw error
}

/**
 * The same, with when their last parts arrived; what ends while they are looked at is none of them any more. An upload of this process
 * lives; of others nobody knows.
 */
export async function* unfinishedWrites(
  bucket: Bucket,
  prefix: string,
  live: ReadonlySet<string>,
  signal?: AbortSignal,
): AsyncGenerator<UnfinishedWrite> {
  for await (const { key, id, begunAt } of listUploads(bucket, prefix, signal)) {
    const writtenAt = await lastPartOf(bucket, { key, id }, begunAt, signal)
    if (writtenAt) yield { key, id, writtenAt, ...(live.has(id) && { isAlive: true }) }
  }
}

/** Undefined where the upload was completed or aborted since it was listed. */
async function lastPartOf(
  bucket: Bucket,
  { key, id }: UploadName,
  begunAt: Date,
  signal?: AbortSignal,
): Promise<Date | undefined> {
  const kind = {
    what: `look at the unfinished upload of ${bucket.location}/${key}`,
    permission: 's3:ListMultipartUploadParts',
    signal,
  }
  const target = { Bucket: bucket.options.bucket, Key: bucket.keyOf(key), UploadId: id }
  let last = begunAt
  let marker: string | undefined
  do {
    const input = { ...target, ...(marker !== undefined && { PartNumberMarker: marker }) }
    const page = await bucket
      .call(kind, (client, sdk, send) => client.send(new sdk.ListPartsCommand(input), send))
      .catch(unlessUploadIsGone)
    if (!page) return undefined
    for (const { LastModified } of page.Parts ?? []) if (LastModified && LastModified > last) last = LastModified
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
  } while (marker !== undefined)
  return last
}
