import { createHash } from 'node:crypto'
import { PgarkError } from '@pgark/core'
import type { Bucket, BucketCall } from '../connection/bucket.ts'
import { isUncertain, type ServiceError } from '../connection/transient.ts'
import { abortUpload } from '../uploads/abort-upload.ts'
import { listUploads } from '../uploads/list-uploads.ts'
import { commit } from './commit.ts'
import { checkAnswer } from './etag.ts'
import type { ObjectInWriting, Sent } from './object-in-writing.ts'
import type { Piece } from './part-filler.ts'

/** One multipart upload, begun with its first part. */
export class MultipartUpload {
  #id: Promise<string> | undefined
  /** A request to begin may have been carried out although its answer was lost: then nobody knows the upload's id. */
  #mayHaveStray = false
  #sizeBytes = 0
  readonly #parts = new Map<number, { readonly md5: Buffer; readonly etag: string }>()
  readonly #bucket: Bucket
  readonly #object: ObjectInWriting
  readonly #signal: AbortSignal
  readonly #live: Set<string>

  /** @param live ids of the uploads that this process is making */
  constructor(bucket: Bucket, object: ObjectInWriting, signal: AbortSignal, live: Set<string>) {
    this.#bucket = bucket
    this.#object = object
    this.#signal = signal
    this.#live = live
  }

  async sendPart({ number, bytes, md5 }: Piece): Promise<void> {
    this.#id ??= this.#begin()
    const input = {
      ...(await this.#target()),
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.length,
      ContentMD5: md5.toString('base64'),
    }
    const kind = this.#kind('s3:PutObject', `write part ${number} of`)
    const etag = await this.#bucket.call({ ...kind, signal: this.#signal }, async (client, sdk, send) =>
      checkAnswer(await client.send(new sdk.UploadPartCommand(input), send), md5),
    )
    this.#parts.set(number, { md5, etag })
    this.#sizeBytes += bytes.length
  }

  /** What is stored once it is completed. */
  sent(): Sent {
    const hash = createHash('md5')
    for (const [, { md5 }] of this.#inOrder()) hash.update(md5)
    return { sizeBytes: this.#sizeBytes, etag: `${hash.digest('hex')}-${this.#parts.size}` }
  }

  async complete(signal: AbortSignal | undefined, onUncertain: () => void): Promise<void> {
    const target = await this.#target()
    const Parts = this.#inOrder().map(([PartNumber, { etag }]) => ({ PartNumber, ETag: etag }))
    const how = { permission: 's3:PutObject', signal, onUncertain }
    await commit(this.#bucket, this.#object, this.sent(), how, (condition, client, sdk, send) =>
      client.send(
        new sdk.CompleteMultipartUploadCommand({ ...target, ...condition, MultipartUpload: { Parts } }),
        send,
      ),
    )
    this.#live.delete(target.UploadId)
    // The object is whole. That the remains of a lost answer cannot be removed as well is no reason to give it up.
    await this.#removeStrays().catch(() => {})
  }

  /** Ends the upload, and resolves when the server no longer knows of it. No part is being sent any more. */
  async abandon(): Promise<void> {
    const id = await this.#id?.catch(() => undefined)
    if (id !== undefined) await this.#abort(id)
    await this.#removeStrays()
  }

  async #begin(): Promise<string> {
    const kind = this.#kind('s3:PutObject', 'begin to write')
    const begun = await this.#bucket.call(
      { ...kind, signal: this.#signal, runsToItsEnd: true },
      async (client, sdk, send) => {
        try {
          return await client.send(new sdk.CreateMultipartUploadCommand(this.#object.attributes), send)
        } catch (error) {
          this.#mayHaveStray ||= isUncertain(error as ServiceError)
          throw error
        }
      },
    )
    this.#mayHaveStray ||= (begun.$metadata.attempts ?? 1) > 1
    if (!begun.UploadId) {
      throw new PgarkError('DESTINATION.SERVER', `Cannot ${kind.what}: the server gave no upload id.`)
    }
    this.#live.add(begun.UploadId)
    return begun.UploadId
  }

  async #abort(id: string): Promise<void> {
    await abortUpload(this.#bucket, { key: this.#object.key, id })
    this.#live.delete(id)
  }

  /** Of two that write one key at the same time one must fail anyway: here it may be the other, if it is no write of this process. */
  async #removeStrays(): Promise<void> {
    if (!this.#mayHaveStray) return
    for await (const { key, id } of listUploads(this.#bucket, this.#object.key)) {
      if (key === this.#object.key && !this.#live.has(id)) await this.#abort(id)
    }
    this.#mayHaveStray = false
  }

  async #target(): Promise<{ Bucket: string; Key: string; UploadId: string }> {
    const UploadId = (await this.#id) as string
    return { Bucket: this.#bucket.options.bucket, Key: this.#object.objectKey, UploadId }
  }

  #inOrder() {
    return [...this.#parts].sort(([a], [b]) => a - b)
  }

  #kind(permission: string, what: string): BucketCall {
    return { what: `${what} ${this.#bucket.location}/${this.#object.key}`, permission }
  }
}
