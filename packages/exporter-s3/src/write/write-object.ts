import { setMaxListeners } from 'node:events'
import { abortable, isPgarkError, PgarkError, type StoredObject, type WriteOptions } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { head } from '../read/stat.ts'
import { removeObjects } from '../remove/remove-objects.ts'
import { commit } from './commit.ts'
import { checkAnswer } from './etag.ts'
import type { Gate } from './gate.ts'
import { MultipartUpload } from './multipart-upload.ts'
import {
  checkStored,
  isOurs,
  type ObjectInWriting,
  objectInWriting,
  refuseExisting,
  type Sent,
} from './object-in-writing.ts'
import { PartFiller, type Piece } from './part-filler.ts'
import type { PartMemory } from './part-memory.ts'

/** What the writes of one exporter share. */
export interface Writing {
  readonly bucket: Bucket
  readonly memory: PartMemory
  readonly gate: Gate
  /** Ids of the uploads under way. */
  readonly uploads: Set<string>
}

/**
 * Writes an object: in one request if it fits into one part, otherwise by a multipart upload. Nothing is there before the last request
 * was carried out, and what is there then has been looked at.
 */
export async function writeObject(
  writing: Writing,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { signal, overwrite = false }: WriteOptions,
): Promise<StoredObject> {
  const { bucket, gate } = writing
  signal?.throwIfAborted()
  const object = objectInWriting(bucket, key, overwrite)

  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  // Every part that is under way listens.
  setMaxListeners(0, stop)
  const upload = new MultipartUpload(bucket, object, stop, writing.uploads)
  const sending = new Set<Promise<void>>()
  const send = (piece: Piece) => {
    const part = gate.pass(async () => sendPart(upload, piece, bucket, stop)).catch((error) => failed.abort(error))
    sending.add(part)
    return part.finally(() => sending.delete(part))
  }
  // Memory goes by age, and the age of a write counts from its call: at several destinations the same one is the oldest.
  const parts = new PartFiller(writing.memory, bucket.options, send, stop)
  let sent: Sent | undefined
  let isUncertain = false
  const onUncertain = () => {
    isUncertain = true
  }
  try {
    if (!overwrite) await refuseExisting(bucket, object, signal)
    for await (const chunk of abortable(body, stop) as AsyncIterable<Uint8Array & Partial<Disposable>>) {
      await parts.add(chunk)
      chunk[Symbol.dispose]?.()
    }
    const rest = parts.rest()
    if (rest.number > 1) {
      if (rest.bytes.length > 0) await send(rest)
      await Promise.all(sending)
      stop.throwIfAborted()
      // Whether the server keeps the condition shows only when it is too late: not all do for this request.
      if (!overwrite) await refuseExisting(bucket, object, signal)
      sent = upload.sent()
      await upload.complete(signal, onUncertain)
    } else {
      stop.throwIfAborted()
      sent = { sizeBytes: rest.bytes.length, etag: rest.md5.toString('hex') }
      await gate.pass(() => putObject(bucket, object, rest, signal, onUncertain))
    }
    isUncertain = true
    await checkStored(bucket, object, sent)
    return { key, sizeBytes: sent.sizeBytes }
  } catch (error) {
    failed.abort(error)
    await Promise.all(sending)
    throw await undo(error, bucket, object, upload, isUncertain ? sent : undefined)
  } finally {
    parts.leave()
  }
}

async function sendPart(upload: MultipartUpload, piece: Piece, bucket: Bucket, stop: AbortSignal): Promise<void> {
  stop.throwIfAborted()
  const { maxParts } = bucket.options
  if (piece.number > maxParts) {
    throw new PgarkError('DESTINATION.FULL', `An object of ${maxParts} parts can hold no more of these sizes.`, {
      hint: 'raise partSizeBytes, or maxParts if the service takes more',
    })
  }
  await upload.sendPart(piece)
}

async function putObject(
  bucket: Bucket,
  object: ObjectInWriting,
  { bytes, md5 }: Piece,
  signal: AbortSignal | undefined,
  onUncertain: () => void,
): Promise<void> {
  const input = { ...object.attributes, Body: bytes, ContentLength: bytes.length, ContentMD5: md5.toString('base64') }
  const sent = { sizeBytes: bytes.length, etag: md5.toString('hex') }
  const how = { permission: 's3:PutObject', signal, onUncertain }
  // A server without conditions is asked just before; the one that has them has the last word itself.
  if (!object.overwrite && !bucket.takesConditions) await refuseExisting(bucket, object, signal)
  await commit(bucket, object, sent, how, async (condition, client, sdk, send) =>
    checkAnswer(await client.send(new sdk.PutObjectCommand({ ...input, ...condition }), send), md5),
  )
}

/**
 * Leaves nothing of a write that failed, and answers the error to tell: the failure. Where something could not be removed, it says so.
 *
 * @param committed what may lie under the key
 */
async function undo(
  error: unknown,
  bucket: Bucket,
  object: ObjectInWriting,
  upload: MultipartUpload,
  committed: Sent | undefined,
): Promise<unknown> {
  try {
    if (committed && isOurs(await head(bucket, object.key), object, committed)) {
      await removeObjects(bucket, [object.key], {})
    }
    await upload.abandon()
    return error
  } catch (left) {
    if (!isPgarkError(error) || !isPgarkError(left)) return error
    const { code, message, retryable, meta } = error
    const hint = `${error.hint ?? 'try again'}; what is left of it could not be removed: ${left.message}`
    return new PgarkError(code, message, { hint, retryable, meta, cause: error.cause })
  }
}
