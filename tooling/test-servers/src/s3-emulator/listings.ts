import { type Answer, type Elements, xml } from './answers.ts'
import type { EmulatedBucket } from './bucket.ts'
import type { S3EmulatorOptions } from './handle.ts'

/** ListObjectsV2. Its token is the last key or prefix of the page before. */
export function listObjects(bucket: EmulatedBucket, query: URLSearchParams, pageSize: number): Answer {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter')
  const after = query.get('continuation-token') ?? ''
  const entries = new Map<string, Elements>()
  for (const [key, { bytes, etag, modifiedAt }] of [...bucket.objects].sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )) {
    if (!key.startsWith(prefix)) continue
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    const folded = cut === -1 ? undefined : key.slice(0, cut + 1)
    const isSeen = folded === undefined ? key <= after : folded <= after
    if (isSeen) continue
    entries.set(
      folded ?? key,
      folded === undefined
        ? { Key: key, LastModified: modifiedAt.toISOString(), ETag: `"${etag}"`, Size: bytes.length }
        : { Prefix: folded },
    )
  }
  const page = [...entries].slice(0, Math.min(pageSize, Number(query.get('max-keys') ?? pageSize)))
  const isTruncated = page.length < entries.size
  return xml('ListBucketResult', {
    IsTruncated: isTruncated,
    KeyCount: page.length,
    NextContinuationToken: isTruncated ? page.at(-1)?.[0] : undefined,
    Contents: page.map(([, each]) => each).filter((each) => 'Key' in each),
    CommonPrefixes: page.map(([, each]) => each).filter((each) => 'Prefix' in each),
  })
}

/** ListMultipartUploads, by key and then id. */
export function listUploads(
  bucket: EmulatedBucket,
  query: URLSearchParams,
  { pageSize = 1000, listsUploadsByKey = false }: S3EmulatorOptions,
): Answer {
  const prefix = query.get('prefix') ?? ''
  const isAsked = (key: string) => (listsUploadsByKey && prefix !== '' ? key === prefix : key.startsWith(prefix))
  const after = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''].join('\n')
  const uploads = [...bucket.uploads]
    .map(([id, upload]) => ({ ...upload, id, place: `${upload.key}\n${id}` }))
    .filter(({ key, place }) => isAsked(key) && place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1))
  const page = uploads.slice(0, pageSize)
  const isTruncated = page.length < uploads.length
  return xml('ListMultipartUploadsResult', {
    IsTruncated: isTruncated,
    NextKeyMarker: isTruncated ? page.at(-1)?.key : undefined,
    NextUploadIdMarker: isTruncated ? page.at(-1)?.id : undefined,
    Upload: page.map(({ id, key, begunAt }) => ({ Key: key, UploadId: id, Initiated: begunAt.toISOString() })),
  })
}
