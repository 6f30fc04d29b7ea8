import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ListOptions, ObjectInfo } from '@pgark/core'
import { z } from 'zod'
import type { Place } from '../place.ts'
import type { Service } from '../requests/service.ts'
import { isNoBucket, serviceError } from '../requests/service-error.ts'
import { answerAs, infoOf, type ObjectResource, objectResource, resourceFields } from './object-resource.ts'

/** Objects that are removed at the same time. */
const removalsAtOnce = 16

const page = z.object({
  items: z.array(objectResource).optional(),
  prefixes: z.array(z.string()).optional(),
  nextPageToken: z.string().optional(),
})

/** Where requests go, and what they are made with. */
export interface Bucket {
  readonly place: Place
  readonly service: Service
}

/** Undefined when there is none. */
export async function findObject(
  { place, service }: Bucket,
  key: string,
  signal?: AbortSignal,
): Promise<ObjectResource | undefined> {
  const tried = { what: `look at ${place.uriOf(key)}`, bucket: place.bucket, permission: 'storage.objects.get' }
  const url = place.object(key, { fields: resourceFields })
  return await service.call({ method: 'GET', url, signal, expected: [200, 404], tried }, async (answer) => {
    if (answer.statusCode === 200) return await answerAs(objectResource, answer)
    await refuseNoBucket(answer, tried)
    return undefined
  })
}

/** Throws when a 404 is about the bucket. Reads the answer. */
export async function refuseNoBucket(
  answer: IncomingMessage,
  tried: Parameters<typeof serviceError>[3],
): Promise<void> {
  const told = await text(answer)
  if (isNoBucket(told)) throw serviceError(404, answer.headers, told, tried)
}

export async function* listObjects(
  { place, service }: Bucket,
  prefix: string,
  { delimiter, signal }: ListOptions,
): AsyncGenerator<ObjectInfo | { prefix: string }> {
  const tried = { what: `list ${place.uriOf(prefix)}`, bucket: place.bucket, permission: 'storage.objects.list' }
  const query = {
    prefix: place.prefix + prefix,
    fields: `items(${resourceFields}),prefixes,nextPageToken`,
    ...(delimiter && { delimiter }),
  }
  const keyOf = (name: string) => name.slice(place.prefix.length)
  let pageToken: string | undefined
  do {
    const url = place.objects({ ...query, ...(pageToken && { pageToken }) })
    const found = await service.call({ method: 'GET', url, signal, expected: [200], tried }, (answer) =>
      answerAs(page, answer),
    )
    for (const name of found.prefixes ?? []) yield { prefix: keyOf(name) }
    for (const item of found.items ?? []) {
      // The console makes an empty object of the prefix itself where a folder is created.
      if (item.name !== place.prefix) yield infoOf(keyOf(item.name), item)
    }
    pageToken = found.nextPageToken
  } while (pageToken)
}

/** Several at a time. All that were begun have ended when this settles. */
export async function removeObjects(bucket: Bucket, keys: readonly string[], signal?: AbortSignal): Promise<void> {
  for (let at = 0; at < keys.length; at += removalsAtOnce) {
    const some = keys.slice(at, at + removalsAtOnce)
    const outcomes = await Promise.allSettled(some.map((key) => removeObject(bucket, key, { signal })))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }
}

/** One that is not there is no error; nor is one of another generation, where one is given. */
export async function removeObject(
  { place, service }: Bucket,
  key: string,
  { generation, signal }: { generation?: string; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const tried = { what: `remove ${place.uriOf(key)}`, bucket: place.bucket, permission: 'storage.objects.delete' }
  const url = place.object(key, { ...(generation && { ifGenerationMatch: generation }) })
  const expected = [200, 204, 404, ...(generation ? [412] : [])]
  await service.call({ method: 'DELETE', url, signal, expected, tried }, async (answer) => {
    if (answer.statusCode === 404) await refuseNoBucket(answer, tried)
    else await text(answer)
  })
}
