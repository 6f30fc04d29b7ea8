import { createHash, randomUUID } from 'node:crypto'
import { S3Failure } from './answers.ts'

export interface StoredS3Object {
  readonly bytes: Buffer
  readonly etag: string
  readonly modifiedAt: Date
  /** `x-amz-meta-…` and others that are given back. */
  readonly headers: Readonly<Record<string, string>>
}

interface Upload {
  readonly key: string
  readonly begunAt: Date
  readonly headers: Readonly<Record<string, string>>
  readonly parts: Map<number, Buffer>
}

const leastPartBytes = 5 * 1024 * 1024
const mostParts = 10_000

/** Objects and unfinished uploads, in memory. */
export class EmulatedBucket {
  readonly objects = new Map<string, StoredS3Object>()
  readonly uploads = new Map<string, Upload>()

  object(key: string): StoredS3Object {
    const found = this.objects.get(key)
    if (!found) throw new S3Failure(404, 'NoSuchKey')
    return found
  }

  upload(id: string, key: string): Upload {
    const found = this.uploads.get(id)
    if (found?.key !== key) throw new S3Failure(404, 'NoSuchUpload')
    return found
  }

  put(key: string, bytes: Buffer, headers: StoredS3Object['headers']): StoredS3Object {
    const object = { bytes, etag: md5(bytes).toString('hex'), modifiedAt: new Date(), headers }
    this.objects.set(key, object)
    return object
  }

  begin(key: string, headers: StoredS3Object['headers']): string {
    const id = randomUUID()
    this.uploads.set(id, { key, begunAt: new Date(), headers, parts: new Map() })
    return id
  }

  putPart(id: string, key: string, number: number, bytes: Buffer): string {
    if (!(number >= 1 && number <= mostParts)) throw new S3Failure(400, 'InvalidArgument')
    this.upload(id, key).parts.set(number, bytes)
    return md5(bytes).toString('hex')
  }

  /** @param named the parts and ETags that the client says it has sent */
  complete(id: string, key: string, named: readonly { number: number; etag: string }[]): StoredS3Object {
    const upload = this.upload(id, key)
    const bytes = named.map(({ number, etag }, index) => {
      const part = upload.parts.get(number)
      if (!part || md5(part).toString('hex') !== etag.replaceAll('"', '')) throw new S3Failure(400, 'InvalidPart')
      if (number <= (named[index - 1]?.number ?? 0)) throw new S3Failure(400, 'InvalidPartOrder')
      if (index < named.length - 1 && part.length < leastPartBytes) throw new S3Failure(400, 'EntityTooSmall')
      return part
    })
    if (bytes.length === 0) throw new S3Failure(400, 'MalformedXML')
    const etag = `${md5(Buffer.concat(bytes.map(md5))).toString('hex')}-${bytes.length}`
    const object = { bytes: Buffer.concat(bytes), etag, modifiedAt: new Date(), headers: upload.headers }
    this.objects.set(key, object)
    this.uploads.delete(id)
    return object
  }
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()
