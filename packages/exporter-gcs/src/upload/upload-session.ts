import { text } from 'node:stream/consumers'
import type { Bucket } from '../objects/bucket-objects.ts'
import { answerAs, type ObjectResource, objectResource } from '../objects/object-resource.ts'
import type { Attempted } from '../requests/service-error.ts'
import { crc32cText } from './crc32c.ts'

/** How the server says that an upload is cancelled: https://docs.cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload */
const cancelled = 499
const gone = [404, 410]

export interface UploadOptions {
  readonly overwrite: boolean
  readonly storageClass: string | undefined
  readonly kmsKeyName: string | undefined
  readonly signal: AbortSignal | undefined
}

/** What the whole has to be. */
export interface Whole {
  readonly sizeBytes: number
  readonly crc32c: number
}

/** What the server says of an upload: how many bytes it has, that the object is stored, or that it knows nothing of it. */
export type Reply = { readonly confirmedBytes: number } | { readonly object: ObjectResource } | 'gone'

/** One resumable upload as the server sees it, request by request; none is repeated but `cancel`. */
export interface UploadSession {
  /** Bytes from `start` on; with `whole` they are the last, and the server refuses what has another checksum. */
  put(bytes: Uint8Array, start: number, whole?: Whole): Promise<Reply>
  ask(): Promise<Reply>
  /** Resolves once the server has confirmed that there is no such upload any more. */
  cancel(): Promise<void>
}

/** `mark` is kept as custom metadata of the object. Rejects with `REFUSED.EXISTS` when the name is taken and may not be. */
export async function beginUpload(
  { place, service }: Bucket,
  key: string,
  mark: Readonly<Record<string, string>>,
  { overwrite, storageClass, kmsKeyName, signal }: UploadOptions,
): Promise<UploadSession> {
  const tried: Attempted = {
    what: `write ${place.uriOf(key)}`,
    bucket: place.bucket,
    permission: 'storage.objects.create',
  }
  const url = place.uploads({
    uploadType: 'resumable',
    name: place.nameOf(key),
    // Only where there is no such object, now and when the upload ends.
    ...(!overwrite && { ifGenerationMatch: '0' }),
    ...(kmsKeyName && { kmsKeyName }),
  })
  const begin = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
    body: Buffer.from(JSON.stringify({ metadata: mark, ...(storageClass && { storageClass }) })),
    expected: [200, 201],
  } as const
  const session = await service.call({ ...begin, signal, tried }, async (answer) => {
    await text(answer)
    return new URL(String(answer.headers.location))
  })

  function request(body: Uint8Array | undefined, headers: Record<string, string>): Promise<Reply> {
    const expected = [200, 201, 308, ...gone]
    return service.once({ method: 'PUT', url: session, body, headers, expected, signal, tried }, async (answer) => {
      const { statusCode = 0 } = answer
      if (statusCode === 200 || statusCode === 201) return { object: await answerAs(objectResource, answer) }
      await text(answer)
      if (gone.includes(statusCode)) return 'gone'
      const [, last] = /^bytes=0-(\d+)$/.exec(answer.headers.range ?? '') ?? []
      return { confirmedBytes: last === undefined ? 0 : Number(last) + 1 }
    })
  }
  return {
    put(bytes, start, whole) {
      const range = bytes.length > 0 ? `${start}-${start + bytes.length - 1}` : '*'
      return request(bytes, {
        'content-range': `bytes ${range}/${whole ? whole.sizeBytes : '*'}`,
        ...(whole && { 'x-goog-hash': `crc32c=${crc32cText(whole.crc32c)}` }),
      })
    },
    ask: () => request(undefined, { 'content-range': 'bytes */*' }),
    async cancel() {
      const ended = { method: 'DELETE', url: session, expected: [cancelled, 200, 204, ...gone], tried } as const
      await service.call(ended, text)
    },
  }
}
