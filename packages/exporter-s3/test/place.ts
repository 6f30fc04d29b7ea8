import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Options } from '../src/index.ts'

/** The smallest, so that a few megabytes are several parts. */
export const partSizeBytes = 5 * 1024 * 1024

export const user = { accessKeyId: 'writer', secretAccessKey: 'a-secret-of-tests' }

/** Options for a server that speaks S3's protocol on this machine. */
export const optionsFor = (endpoint: string, bucket: string, more: Partial<S3Options> = {}): S3Options => ({
  bucket,
  prefix: 'backups',
  endpoint,
  forcePathStyle: true,
  credentials: user,
  partSizeBytes,
  timeoutMs: 2000,
  ...more,
})

/** The client of a test that looks behind the exporter. */
export const clientFor = ({ endpoint, credentials, region = 'us-east-1' }: S3Options) =>
  new S3Client({
    endpoint: endpoint as string,
    region,
    forcePathStyle: true,
    credentials: { ...(credentials as typeof user) },
  })

export async function createBucket(options: S3Options): Promise<void> {
  await clientFor(options).send(new CreateBucketCommand({ Bucket: options.bucket }))
}

/** Uploads that were begun and neither completed nor aborted, by their keys. */
export async function unfinishedIn(options: S3Options): Promise<string[]> {
  const keys: string[] = []
  for (let next = {}; ; ) {
    const page = await clientFor(options).send(new ListMultipartUploadsCommand({ Bucket: options.bucket, ...next }))
    keys.push(...(page.Uploads ?? []).map(({ Key = '' }) => Key))
    if (!page.IsTruncated) return keys
    next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}
