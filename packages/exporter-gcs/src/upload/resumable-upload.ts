import { randomUUID } from 'node:crypto'
import { PgarkError } from '@pgark/core'
import { type Bucket, findObject } from '../objects/bucket-objects.ts'
import type { ObjectResource } from '../objects/object-resource.ts'
import { chunkUnitBytes } from '../options/resolve-options.ts'
import { crc32cText } from './crc32c.ts'
import { beginUpload, type Reply, type UploadOptions, type UploadSession, type Whole } from './upload-session.ts'

/** Custom metadata that tells whose upload an object is, where the answer to its last chunk got lost. */
const markName = 'pgark-upload'

/**
 * A resumable upload that gets over what goes wrong on the way: https://docs.cloud.google.com/storage/docs/resumable-uploads. What
 * counts is the offset that the server confirms; after every failure it is asked for, and sending goes on from there.
 */
export class ResumableUpload {
  /** Bytes that the server has for certain. */
  confirmedBytes = 0
  readonly #bucket: Bucket
  readonly #key: string
  readonly #options: UploadOptions
  readonly #mark = randomUUID()
  #session: UploadSession | undefined
  #mayHaveLanded = false

  constructor(bucket: Bucket, key: string, options: UploadOptions) {
    this.#bucket = bucket
    this.#key = key
    this.#options = options
  }

  /** Rejects with `REFUSED.EXISTS` when the name is taken and may not be. */
  async begin(): Promise<void> {
    this.#session = await beginUpload(this.#bucket, this.#key, { [markName]: this.#mark }, this.#options)
    this.confirmedBytes = 0
  }

  /** Sends bytes that begin where the server's end, as far as they are whole units: `confirmedBytes` tells how far that is. */
  async send(bytes: Uint8Array): Promise<void> {
    const landed = await this.#sendOn(bytes)
    if (landed) throw this.#failure('the server ended the upload too early')
  }

  /** Sends the last bytes, which may be none, and checks what the server says that it has stored. */
  async finish(bytes: Uint8Array, whole: Whole): Promise<ObjectResource> {
    this.#mayHaveLanded = true
    const landed = await this.#sendOn(bytes, whole)
    if (!landed) throw this.#failure('the server did not end the upload')
    const uri = this.#bucket.place.uriOf(this.#key)
    if (Number(landed.size) !== whole.sizeBytes) {
      throw new PgarkError('DESTINATION.SIZE', `${uri} has ${landed.size} bytes, ${whole.sizeBytes} were sent.`)
    }
    if (!isWhole(landed, whole)) {
      throw new PgarkError('DESTINATION.CHECKSUM', `Other bytes of ${uri} arrived than were sent.`, {
        hint: 'run again; if it happens again, check the memory of this machine and proxies on the way',
        retryable: true,
      })
    }
    return landed
  }

  /**
   * Ends an upload that failed: resolves once the server has confirmed that it is gone. Answers the object if it had been stored all
   * the same.
   */
  async cancel(): Promise<ObjectResource | undefined> {
    await this.#session?.cancel()
    return this.#mayHaveLanded ? await this.#landed() : undefined
  }

  async #sendOn(bytes: Uint8Array, whole?: Whole): Promise<ObjectResource | undefined> {
    const start = this.confirmedBytes
    const { again, progressed } = this.#bucket.service.attempts(this.#options.signal)
    const left = () => bytes.subarray(this.confirmedBytes - start)
    let isCertain = true
    while (whole || left().length >= chunkUnitBytes) {
      const before = this.confirmedBytes
      try {
        const reply = await (isCertain ? this.#put(left(), whole) : this.#open().ask())
        if (reply === 'gone') {
          const landed = await this.#regain(start)
          if (landed) return landed
          throw this.#failure('the server does not know the upload any more')
        }
        if ('object' in reply) {
          this.#mayHaveLanded = true
          return reply.object
        }
        this.#confirm(reply.confirmedBytes, start, start + bytes.length)
        if (this.confirmedBytes > before) progressed()
        else if (isCertain) throw this.#failure('the server keeps nothing of what it is sent')
        isCertain = true
      } catch (error) {
        await again(error)
        isCertain = false
      }
    }
    return undefined
  }

  #put(bytes: Uint8Array, whole: Whole | undefined): Promise<Reply> {
    const part = whole ? bytes : bytes.subarray(0, bytes.length - (bytes.length % chunkUnitBytes))
    return this.#open().put(part, this.confirmedBytes, whole)
  }

  #open(): UploadSession {
    if (!this.#session) throw new Error('Expected the upload to have begun')
    return this.#session
  }

  /** Of bytes that were confirmed before the last ones came nothing is left here that could be sent again. */
  #confirm(confirmedBytes: number, start: number, end: number): void {
    if (confirmedBytes < start || confirmedBytes > end) {
      const uri = this.#bucket.place.uriOf(this.#key)
      const held = `the server holds ${confirmedBytes} bytes, expected ${start} to ${end}`
      throw new PgarkError('DESTINATION.SIZE', `Cannot write ${uri}: ${held}.`, { hint: 'run again' })
    }
    this.confirmedBytes = confirmedBytes
  }

  /** The server forgets an upload that has ended, and one that is a week old. Nothing is lost where nothing was confirmed yet. */
  async #regain(start: number): Promise<ObjectResource | undefined> {
    const landed = this.#mayHaveLanded ? await this.#landed() : undefined
    if (landed) return landed
    if (start === 0) {
      await this.begin()
      return undefined
    }
    const message = `Cannot write ${this.#bucket.place.uriOf(this.#key)}: the server does not know its upload any more.`
    throw new PgarkError('DESTINATION.CHANGED', message, { hint: 'see what else cancels uploads there; run again' })
  }

  async #landed(): Promise<ObjectResource | undefined> {
    const found = await findObject(this.#bucket, this.#key)
    return found?.metadata?.[markName] === this.#mark ? found : undefined
  }

  #failure(why: string): PgarkError {
    const message = `Cannot write ${this.#bucket.place.uriOf(this.#key)}: ${why}.`
    return new PgarkError('DESTINATION.UNAVAILABLE', message, { hint: 'run again', retryable: true })
  }
}

/** Whether an object is what was sent. */
export const isWhole = ({ size, crc32c }: ObjectResource, whole: Whole): boolean =>
  Number(size) === whole.sizeBytes && crc32c === crc32cText(whole.crc32c)
