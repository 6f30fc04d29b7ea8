import { abortable, type StoredObject, type WriteOptions } from '@pgark/core'
import { type Bucket, removeObject } from '../objects/bucket-objects.ts'
import type { ChunkBuffers } from './chunk-buffers.ts'
import { crc32c } from './crc32c.ts'
import { isWhole, ResumableUpload } from './resumable-upload.ts'
import type { UploadOptions } from './upload-session.ts'

/** Stores a body as one object: it is there when its last chunk has been confirmed, and whatever fails before leaves nothing. */
export async function writeObject(
  bucket: Bucket,
  buffers: ChunkBuffers,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { signal, overwrite = false, ...options }: WriteOptions & Pick<UploadOptions, 'storageClass' | 'kmsKeyName'>,
): Promise<StoredObject> {
  signal?.throwIfAborted()
  const upload = new ResumableUpload(bucket, key, { ...options, overwrite, signal })
  const whole = { sizeBytes: 0, crc32c: 0 }
  let buffer: Buffer | undefined
  let filledBytes = 0
  try {
    await upload.begin()
    for await (const chunk of abortable(body, signal)) {
      for (let at = 0; at < chunk.length; ) {
        buffer ??= buffers.take()
        const part = chunk.subarray(at, at + buffer.length - filledBytes)
        buffer.set(part, filledBytes)
        at += part.length
        filledBytes += part.length
        whole.sizeBytes += part.length
        whole.crc32c = crc32c(part, whole.crc32c)
        if (filledBytes < buffer.length) continue
        await upload.send(buffer)
        const confirmed = filledBytes - (whole.sizeBytes - upload.confirmedBytes)
        filledBytes = buffer.copyWithin(0, confirmed).length - confirmed
      }
      // Copied: who lent it may have it back. See `Exporter.write`.
      ;(chunk as Partial<Disposable>)[Symbol.dispose]?.()
    }
    await upload.finish(buffer?.subarray(0, filledBytes) ?? new Uint8Array(), whole)
  } catch (error) {
    // What failed is told; that its remains could not be removed as well would hide it. The server drops them after a week.
    const landed = await upload.cancel().catch(() => undefined)
    if (!landed) throw error
    // What was there before is replaced already: taking away what replaced it would leave nothing at all.
    if (!overwrite || !isWhole(landed, whole)) {
      await removeObject(bucket, key, { generation: landed.generation }).catch(() => {})
      throw error
    }
  } finally {
    if (buffer) buffers.giveBack(buffer)
  }
  return { key, sizeBytes: whole.sizeBytes }
}
