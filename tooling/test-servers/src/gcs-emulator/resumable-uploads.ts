import { randomUUID } from 'node:crypto'
import { type Answer, conditionNotMet, json, refusal } from './answer.ts'
import type { Bucket, GivenMetadata, ObjectResource } from './bucket.ts'
import { crc32c } from './crc32c.ts'
import type { GcsRequest } from './request.ts'

/** The server takes chunks in multiples of this, except for the last. */
const unitBytes = 256 * 1024

interface Upload {
  readonly bucket: Bucket
  readonly name: string
  readonly query: URLSearchParams
  readonly given: GivenMetadata
  readonly received: Buffer[]
  receivedBytes: number
  finished?: ObjectResource
}

/**
 * Resumable uploads: https://docs.cloud.google.com/storage/docs/performing-resumable-uploads. What is sent a second time, because
 * the client does not know that it arrived, is skipped; a gap is refused.
 */
export class ResumableUploads {
  readonly #uploads = new Map<string, Upload>()

  /** Those that were begun and neither finished nor cancelled. */
  open(): { name: string; receivedBytes: number }[] {
    const open = [...this.#uploads.values()].filter(({ finished }) => !finished)
    return open.map(({ name, receivedBytes }) => ({ name, receivedBytes }))
  }

  /** The server forgets all that are open, as it does a week after they began. */
  forget(): void {
    this.#uploads.clear()
  }

  start(bucket: Bucket, { bucket: bucketName, query, headers }: GcsRequest, body: Buffer): Answer {
    const given: GivenMetadata & { name?: string } = body.length > 0 ? JSON.parse(body.toString()) : {}
    const name = query.get('name') ?? given.name
    if (!name) return refusal(400, 'required', 'Required parameter: name')
    if (!bucket.isMet(name, query)) return conditionNotMet()
    const id = randomUUID()
    this.#uploads.set(id, { bucket, name, query, given, received: [], receivedBytes: 0 })
    const parameters = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id })
    const location = `http://${headers.host}/upload/storage/v1/b/${encodeURIComponent(bucketName)}/o?${parameters}`
    return { status: 200, headers: { location } }
  }

  /** Of a chunk that was cut whole units are kept; `keepAtMost`: no more than so many bytes, whatever was sent. */
  put({ query, headers }: GcsRequest, body: Buffer, keepAtMost?: number): Answer {
    const upload = this.#uploads.get(query.get('upload_id') ?? '')
    if (!upload) return refusal(404, 'notFound', 'Upload not found')
    if (upload.finished) return json(upload.finished)
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
    if (!range) return refusal(400, 'badRequest', 'Failed to parse Content-Range header.')
    const total = range[3] === '*' ? undefined : Number(range[3])
    if (range[1] !== undefined) {
      const start = Number(range[1])
      const isCut = Number(headers['content-length']) > body.length
      if (Number(range[2]) - start + 1 !== Number(headers['content-length'])) {
        return refusal(400, 'badRequest', 'Content-Range does not fit Content-Length.')
      }
      if (start > upload.receivedBytes) return refusal(503, 'backendError', `Expected byte ${upload.receivedBytes}.`)
      if (total === undefined && !isCut && body.length % unitBytes !== 0) {
        return refusal(400, 'badRequest', `Chunks must be multiples of ${unitBytes} bytes, got ${body.length}.`)
      }
      const wholeUnits = Math.floor((body.length + start) / unitBytes) * unitBytes - start
      const end = Math.min(keepAtMost ?? body.length, isCut ? wholeUnits : body.length)
      const kept = body.subarray(upload.receivedBytes - start, Math.max(upload.receivedBytes - start, end))
      upload.received.push(kept)
      upload.receivedBytes += kept.length
      if (isCut) return progress(upload)
    }
    if (total !== undefined && upload.receivedBytes > total) {
      return refusal(400, 'invalid', `${upload.receivedBytes} bytes were received of ${total}.`)
    }
    return upload.receivedBytes === total ? finish(upload, headers['x-goog-hash']) : progress(upload)
  }

  cancel({ query }: GcsRequest): Answer {
    const id = query.get('upload_id') ?? ''
    if (!this.#uploads.has(id) || this.#uploads.get(id)?.finished) return refusal(404, 'notFound', 'Upload not found')
    this.#uploads.delete(id)
    return { status: 499 }
  }
}

const progress = ({ receivedBytes }: Upload): Answer => ({
  status: 308,
  headers: receivedBytes > 0 ? { range: `bytes=0-${receivedBytes - 1}` } : {},
})

function finish(upload: Upload, hashes: string | string[] = ''): Answer {
  const bytes = Buffer.concat(upload.received)
  const [, expected] = /crc32c=([^,\s]+)/.exec(String(hashes)) ?? []
  if (expected !== undefined && expected !== crc32c(bytes)) {
    const message = `Provided CRC32C "${expected}" doesn't match calculated CRC32C "${crc32c(bytes)}".`
    return refusal(400, 'invalid', message)
  }
  if (!upload.bucket.isMet(upload.name, upload.query)) return conditionNotMet()
  upload.finished = upload.bucket.put(upload.name, bytes, upload.given)
  upload.received.length = 0
  return json(upload.finished)
}
