import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { PgarkError, type ReadOptions } from '@pgark/core'
import { codedError } from '../requests/service.ts'
import { bodyOf } from '../requests/transport.ts'
import { crc32c, crc32cText } from '../upload/crc32c.ts'
import { type Bucket, findObject, refuseNoBucket } from './bucket-objects.ts'
import { notGoogle } from './object-resource.ts'

/** A part of one generation of an object, on its way. */
interface Opened {
  readonly answer: IncomingMessage
  readonly generation: string
  /** Of the whole object. */
  readonly crc32c: string | undefined
  /** The first byte that is not sent. */
  readonly end: number
}

/**
 * The bytes of an object. After a break they go on where they stopped, of the same generation; those of a whole object are checked by
 * its crc32c once they are all there.
 */
export async function* readObject(bucket: Bucket, key: string, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const { place, service } = bucket
  const { range, signal } = options
  const tried = { what: `read ${place.uriOf(key)}`, bucket: place.bucket, permission: 'storage.objects.get' }
  if (range?.end !== undefined && range.end <= range.start) {
    if (!(await findObject(bucket, key, signal))) throw notFound(place.uriOf(key))
    return
  }
  const { again, progressed } = service.attempts(signal)
  let first: Opened | undefined
  let at = range?.start ?? 0
  let checksum = 0
  do {
    try {
      const opened = await open(bucket, key, at, first, { ...options, tried })
      if (!opened && !first) return
      if (!opened) throw notGoogle()
      first ??= opened
      for await (const chunk of bodyOf(opened.answer, service.timeoutMs)) {
        at += chunk.length
        if (!range) checksum = crc32c(chunk, checksum)
        progressed()
        yield chunk
      }
      if (at < first.end) throw notGoogle()
    } catch (error) {
      await again(codedError(error, { signal, tried }))
    }
  } while (!first || at < first.end)
  if (range || first.crc32c === undefined || crc32cText(checksum) === first.crc32c) return
  throw new PgarkError('DESTINATION.CHECKSUM', `Other bytes of ${place.uriOf(key)} arrived than lie there.`, {
    hint: 'run again; if it happens again, check the memory of this machine and proxies on the way',
  })
}

/** Undefined where the object ends before the byte that is asked for. */
async function open(
  { place, service }: Bucket,
  key: string,
  at: number,
  first: Opened | undefined,
  { range, signal, tried }: ReadOptions & { tried: Parameters<typeof service.once>[0]['tried'] },
): Promise<Opened | undefined> {
  const query = { alt: 'media', ...(first && { generation: first.generation }) }
  // An empty object has no first byte that could be asked for.
  const headers = at > 0 || range ? { range: `bytes=${at}-${range?.end === undefined ? '' : range.end - 1}` } : {}
  const url = place.object(key, query)
  const request = { method: 'GET', url, headers, signal, expected: [200, 206, 404, 416], tried } as const
  return await service.once(request, async (answer) => {
    if (answer.statusCode === 404) {
      await refuseNoBucket(answer, tried)
      throw first ? changed(place.uriOf(key)) : notFound(place.uriOf(key))
    }
    if (answer.statusCode === 416) {
      await text(answer)
      return undefined
    }
    const { headers: told } = answer
    const [, last] = /^bytes \d+-(\d+)\//.exec(told['content-range'] ?? '') ?? []
    const end = last === undefined ? Number(told['content-length']) : Number(last) + 1
    const generation = told['x-goog-generation']
    if (typeof generation !== 'string' || Number.isNaN(end)) throw notGoogle()
    return { answer, generation, crc32c: /crc32c=([^,\s]+)/.exec(String(told['x-goog-hash']))?.[1], end }
  })
}

const notFound = (uri: string) =>
  new PgarkError('DESTINATION.NOT_FOUND', `${uri} does not exist.`, { hint: 'list what is there: pgark list' })

const changed = (uri: string) =>
  new PgarkError('DESTINATION.CHANGED', `Cannot read ${uri} to its end: it was replaced or removed meanwhile.`, {
    hint: 'read it again from its beginning',
  })
