import { createHash } from 'node:crypto'
import { isPgarkError, PgarkError } from '@pgark/core'
import type { Bucket, BucketCall } from '../connection/bucket.ts'
import { pause } from '../connection/retry.ts'
import { reasonOf } from '../connection/s3-error.ts'
import { isUncertain, type ServiceError } from '../connection/transient.ts'
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
    const target = { Bucket: this.#bucket.options.bucket, Key: this.#object.objectKey, UploadId: id }
    for (let count = 1; !(await this.#isGone(target, count > 1)); count++) {
      // A part that was on its way may arrive after the upload has ended, and bring it back.
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
      if (count > 1) await pause(count, undefined)
      if (count > this.#bucket.options.maxAttempts) throw this.#stays(id)
      const kind = this.#kind('s3:AbortMultipartUpload', 'end the unfinished upload of')
      await this.#bucket
        .call(kind, (client, sdk, send) => client.send(new sdk.AbortMultipartUploadCommand(target), send))
        .catch(unlessGone)
    }
    this.#live.delete(id)
  }

  async #isGone(target: { Bucket: string; Key: string; UploadId: string }, wasAborted: boolean): Promise<boolean> {
    if (!wasAborted) return false
    const kind = this.#kind('s3:ListMultipartUploadParts', 'look at the unfinished upload of')
    try {
      await this.#bucket.call(kind, (client, sdk, send) => client.send(new sdk.ListPartsCommand(target), send))
      return false
    } catch (error) {
      // Who may not look has the server's word that it was aborted.
      if (isPgarkError(error) && error.code === 'DESTINATION.DENIED') return true
      unlessGone(error)
      return true
    }
  }

  /** Of two that write one key at the same time one must fail anyway: here it may be the other, if it is no write of this process. */
  async #removeStrays(): Promise<void> {
    if (!this.#mayHaveStray) return
    const { objectKey } = this.#object
    const kind = this.#kind('s3:ListBucketMultipartUploads', 'look for unfinished uploads of')
    const input = { Bucket: this.#bucket.options.bucket, Prefix: objectKey }
    const found = await this.#bucket.call(kind, (client, sdk, send) =>
      client.send(new sdk.ListMultipartUploadsCommand(input), send),
    )
    for (const { Key, UploadId } of found.Uploads ?? []) {
      if (Key === objectKey && UploadId !== undefined && !this.#live.has(UploadId)) await this.#abort(UploadId)
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

  #stays(id: string): PgarkError {
    const message = `An unfinished upload of ${this.#bucket.location}/${this.#object.key} does not go: ${id}.`
    return new PgarkError('DESTINATION.UNAVAILABLE', message, { retryable: true, meta: { uploadId: id } })
  }
}

/** Ceph says that of an upload what others say of an object. */
function unlessGone(error: unknown): void {
  if (!['NoSuchUpload', 'NoSuchKey', 'NotFound'].includes(reasonOf(error))) throw error
}
