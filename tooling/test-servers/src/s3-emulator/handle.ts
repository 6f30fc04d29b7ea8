import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, S3Failure, textsOf, xml } from './answers.ts'
import { EmulatedBucket, type StoredS3Object } from './bucket.ts'
import { listObjects, listUploads } from './listings.ts'
import { authenticate, type S3User } from './signature.ts'

export interface S3EmulatorOptions {
  readonly users: readonly S3User[]
  /** What is not in it does not exist: buckets are not created. */
  readonly buckets: readonly string[]
  /** Default us-east-1. */
  readonly region?: string
  /** Keys or uploads on a page of a listing. Default 1,000. */
  readonly pageSize?: number
  /**
   * How `If-None-Match` of a write is taken: as S3 does; not for the last request of an upload, as by Ceph; or refused as not
   * implemented. Default `all`.
   */
  readonly conditions?: 'all' | 'put' | 'refused'
  /** ETags are no digests, as with encryption by KMS. Default false. */
  readonly oddEtags?: boolean
  /** Unfinished uploads are listed by a whole key, or all of them, never by the beginning of their keys: as by MinIO. Default false. */
  readonly listsUploadsByKey?: boolean
}

interface Asked {
  readonly method: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly options: S3EmulatorOptions
  readonly bucket: EmulatedBucket
  /** Throws where the user may not. */
  allow(permission: string): void
}

export function emulateS3(options: S3EmulatorOptions): (request: IncomingMessage, body: Buffer) => Answer {
  const buckets = new Map(options.buckets.map((name) => [name, new EmulatedBucket()]))
  return (request, body) => {
    const user = authenticate(request, body, { users: options.users, region: options.region ?? 'us-east-1' })
    // Not by URL, which would shorten keys with `..` in them.
    const [path = '', search] = (request.url ?? '').split('?')
    const query = new URLSearchParams(search)
    const [, name = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(path)) ?? []
    const bucket = buckets.get(name)
    if (!bucket) throw new S3Failure(404, 'NoSuchBucket')
    const { 'content-md5': contentMd5 } = request.headers
    if (contentMd5 !== undefined && createHash('md5').update(body).digest('base64') !== contentMd5) {
      throw new S3Failure(400, 'BadDigest')
    }
    const allow = (permission: string) => {
      if (user.denied?.includes(permission)) throw new S3Failure(403, 'AccessDenied')
    }
    const asked = { method: request.method ?? '', key, query, headers: request.headers, body, options, bucket, allow }
    return key === ''
      ? ofBucket(asked)
      : query.has('uploadId') || query.has('uploads')
        ? ofUpload(asked)
        : ofObject(asked)
  }
}

function ofBucket({ method, query, headers, body, bucket, options, allow }: Asked): Answer {
  if (method === 'GET' && query.has('uploads')) {
    allow('s3:ListBucketMultipartUploads')
    return listUploads(bucket, query, options)
  }
  if (method === 'GET') {
    allow('s3:ListBucket')
    return listObjects(bucket, query, options.pageSize ?? 1000)
  }
  if (method === 'POST' && query.has('delete')) {
    // Its body must come with a digest. Servers that know no newer ones take nothing else.
    if (headers['content-md5'] === undefined) throw new S3Failure(400, 'MissingContentMD5')
    const keys = textsOf(body, 'Key')
    if (keys.length > 1000) throw new S3Failure(400, 'MalformedXML')
    try {
      allow('s3:DeleteObject')
    } catch {
      return xml('DeleteResult', { Error: keys.map((Key) => ({ Key, Code: 'AccessDenied' })) })
    }
    for (const key of keys) bucket.objects.delete(key)
    return xml('DeleteResult', {})
  }
  throw new S3Failure(405, 'MethodNotAllowed')
}

function ofObject(asked: Asked): Answer {
  const { method, key, body, bucket, headers, allow } = asked
  if (method === 'PUT') {
    allow('s3:PutObject')
    refuseExisting(asked, 'put')
    return { status: 200, headers: { etag: etagOf(asked, bucket.put(key, body, keptHeaders(headers)).etag) } }
  }
  if (method === 'DELETE') {
    allow('s3:DeleteObject')
    bucket.objects.delete(key)
    return { status: 204 }
  }
  allow('s3:GetObject')
  // Who may not list does not learn what is missing.
  if (!bucket.objects.has(key)) allow('s3:ListBucket')
  return read(asked, bucket.object(key))
}

function read(asked: Asked, { bytes, etag, modifiedAt, headers: kept }: StoredS3Object): Answer {
  const { range, 'if-match': ifMatch } = asked.headers
  if (ifMatch !== undefined && ifMatch !== etagOf(asked, etag)) throw new S3Failure(412, 'PreconditionFailed')
  const headers = { ...kept, etag: etagOf(asked, etag), 'last-modified': modifiedAt.toUTCString() }
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (from === '') return { status: 200, headers, body: bytes }
  if (Number(from) >= bytes.length) throw new S3Failure(416, 'InvalidRange')
  const end = to === '' ? bytes.length : Math.min(bytes.length, Number(to) + 1)
  const contentRange = `bytes ${from}-${end - 1}/${bytes.length}`
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
    body: bytes.subarray(Number(from), end),
  }
}

function ofUpload(asked: Asked): Answer {
  const { method, key, query, body, bucket, headers, allow } = asked
  const id = query.get('uploadId') ?? ''
  if (method === 'DELETE') {
    allow('s3:AbortMultipartUpload')
    bucket.upload(id, key)
    bucket.uploads.delete(id)
    return { status: 204 }
  }
  if (method === 'GET') {
    allow('s3:ListMultipartUploadParts')
    const parts = [...bucket.upload(id, key).parts]
    return xml('ListPartsResult', { Part: parts.map(([PartNumber, { length }]) => ({ PartNumber, Size: length })) })
  }
  allow('s3:PutObject')
  if (method === 'PUT') {
    return { status: 200, headers: { etag: `"${bucket.putPart(id, key, Number(query.get('partNumber')), body)}"` } }
  }
  if (query.has('uploads')) {
    return xml('InitiateMultipartUploadResult', { Key: key, UploadId: bucket.begin(key, keptHeaders(headers)) })
  }
  refuseExisting(asked, 'complete')
  const etags = textsOf(body, 'ETag')
  const named = textsOf(body, 'PartNumber').map((number, index) => ({
    number: Number(number),
    etag: etags[index] ?? '',
  }))
  return xml('CompleteMultipartUploadResult', { Key: key, ETag: etagOf(asked, bucket.complete(id, key, named).etag) })
}

function refuseExisting({ headers, bucket, key, options }: Asked, request: 'put' | 'complete'): void {
  if (headers['if-none-match'] === undefined) return
  const { conditions = 'all' } = options
  if (conditions === 'refused') throw new S3Failure(501, 'NotImplemented')
  if ((conditions === 'all' || request === 'put') && bucket.objects.has(key))
    throw new S3Failure(412, 'PreconditionFailed')
}

const etagOf = ({ options }: Asked, etag: string) => `"${options.oddEtags ? `kms-${etag}` : etag}"`

const keptHeaders = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') || name === 'x-amz-storage-class' ? [[name, String(value)]] : [],
    ),
  )
