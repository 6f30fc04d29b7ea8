import type { Readable } from 'node:stream'
import { isPgarkError, PgarkError, type ReadOptions } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'
import { pause } from '../connection/retry.ts'
import { reasonOf, s3Error } from '../connection/s3-error.ts'
import { isTransient, type ServiceError } from '../connection/transient.ts'
import { deniedRead } from './denied-read.ts'
import { head } from './stat.ts'

interface Progress {
  position: number
  /** The first byte that is not wanted any more; known once the server has answered. */
  end: number | undefined
  etag: string | undefined
}

/**
 * An object's bytes. A connection that breaks is replaced by one that goes on where it ended, as long as the object is the same:
 * otherwise `DESTINATION.CHANGED`. As long as bytes come, attempts are not counted.
 */
export async function* readObject(bucket: Bucket, key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
  const { signal, range } = options
  const objectKey = bucket.keyOf(key)
  const what = `read ${bucket.location}/${key}`
  const progress: Progress = { position: range?.start ?? 0, end: range?.end, etag: undefined }
  if (range?.end !== undefined && range.end <= range.start) {
    if (!(await head(bucket, key, options))) throw notFound(what)
    return
  }
  for (let failures = 0; ; ) {
    const body = await open(bucket, objectKey, what, progress, signal)
    if (!body) return
    const before = progress.position
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        progress.position += chunk.length
        yield chunk
      }
      if (progress.end === undefined || progress.position === progress.end) return
      throw Object.assign(new Error('The body ended early'), { code: 'ECONNRESET' })
    } catch (error) {
      signal?.throwIfAborted()
      failures = progress.position > before ? 1 : failures + 1
      if (failures >= bucket.options.maxAttempts || !isTransient(error as ServiceError)) {
        throw s3Error(error, { what, permission: 's3:GetObject' }, bucket.options)
      }
    } finally {
      body.destroy()
    }
    await pause(failures, signal)
  }
}

/** The rest of the object; undefined where nothing is left of what is wanted. */
async function open(
  bucket: Bucket,
  objectKey: string,
  what: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Readable | undefined> {
  if (progress.position === progress.end) return undefined
  const { position, end, etag } = progress
  const input = {
    Bucket: bucket.options.bucket,
    Key: objectKey,
    ...((position > 0 || end !== undefined) && { Range: `bytes=${position}-${end === undefined ? '' : end - 1}` }),
    ...(etag !== undefined && { IfMatch: etag }),
  }
  const kind = { what, permission: 's3:GetObject', signal }
  try {
    const answer = await bucket.call(kind, (client, sdk, send) => client.send(new sdk.GetObjectCommand(input), send))
    progress.etag ??= answer.ETag
    if (input.Range !== undefined && answer.ContentRange === undefined) {
      throw new PgarkError('DESTINATION.SERVER', `Cannot ${what}: the server knows no ranges.`, {
        hint: 'use another one',
      })
    }
    if (answer.ContentLength !== undefined) progress.end = position + answer.ContentLength
    return answer.Body as Readable
  } catch (error) {
    if (reasonOf(error) === 'InvalidRange') return undefined
    if (reasonOf(error) === 'PreconditionFailed' || (etag !== undefined && isNotFound(error))) {
      throw new PgarkError('DESTINATION.CHANGED', `Cannot ${what}: it was replaced or removed meanwhile.`, {
        hint: 'read it again from its beginning',
        cause: error,
      })
    }
    throw await deniedRead(bucket, objectKey, kind, error)
  }
}

const isNotFound = (error: unknown) => isPgarkError(error) && error.code === 'DESTINATION.NOT_FOUND'

const notFound = (what: string) =>
  new PgarkError('DESTINATION.NOT_FOUND', `Cannot ${what}: there is no such object.`, { hint: 'check the key' })
