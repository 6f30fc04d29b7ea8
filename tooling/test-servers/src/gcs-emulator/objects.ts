import { type Answer, conditionNotMet, json, refusal } from './answer.ts'
import type { Bucket, EmulatedObject } from './bucket.ts'
import type { GcsRequest } from './request.ts'

// What is asked of complete objects: https://docs.cloud.google.com/storage/docs/json_api/v1/objects.

export function readObject(bucket: Bucket, request: GcsRequest): Answer {
  const object = find(bucket, request)
  if (!object) return noObject(request)
  const { bytes, resource } = object
  const headers = {
    'content-type': 'application/octet-stream',
    'x-goog-generation': resource.generation,
    'x-goog-hash': `crc32c=${resource.crc32c},md5=${resource.md5Hash}`,
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  if (!range) return { status: 200, headers, body: bytes }
  const start = Number(range[1])
  const last = Math.min(range[2] ? Number(range[2]) : bytes.length - 1, bytes.length - 1)
  if (start >= bytes.length) {
    return refusal(416, 'requestedRangeNotSatisfiable', 'The requested range cannot be satisfied.')
  }
  const contentRange = `bytes ${start}-${last}/${bytes.length}`
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, body: bytes.subarray(start, last + 1) }
}

export function statObject(bucket: Bucket, request: GcsRequest): Answer {
  const object = find(bucket, request)
  return object ? json(object.resource) : noObject(request)
}

export function removeObject(bucket: Bucket, request: GcsRequest): Answer {
  if (!find(bucket, request)) return noObject(request)
  if (!bucket.isMet(request.name, request.query)) return conditionNotMet()
  bucket.objects.delete(request.name)
  return { status: 204 }
}

/** In the order of the names' bytes; folded names count towards the size of a page. */
export function listObjects(bucket: Bucket, { query }: GcsRequest, mostPerPage: number): Answer {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter')
  const after = query.get('pageToken')
  const most = Math.min(mostPerPage, Number(query.get('maxResults') ?? mostPerPage))
  const fold = (name: string) => {
    const at = delimiter ? name.indexOf(delimiter, prefix.length) : -1
    return at < 0 ? name : name.slice(0, at + 1)
  }
  const names = [...bucket.objects.keys()].filter((name) => name.startsWith(prefix)).map(fold)
  const entries = [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const rest = after === null ? entries : entries.slice(entries.indexOf(Buffer.from(after, 'base64').toString()) + 1)
  const page = rest.slice(0, most)
  const items = page.flatMap((name) => bucket.objects.get(name)?.resource ?? [])
  const prefixes = page.filter((name) => !bucket.objects.has(name))
  const last = page.length < rest.length && page.at(-1)
  return json({
    kind: 'storage#objects',
    // The real one leaves out what is empty.
    ...(items.length > 0 && { items }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(last && { nextPageToken: Buffer.from(last).toString('base64') }),
  })
}

function find(bucket: Bucket, { name, query }: GcsRequest): EmulatedObject | undefined {
  const object = bucket.objects.get(name)
  const generation = query.get('generation')
  return generation === null || generation === object?.resource.generation ? object : undefined
}

const noObject = ({ bucket, name }: GcsRequest) => refusal(404, 'notFound', `No such object: ${bucket}/${name}`)
