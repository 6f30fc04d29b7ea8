import type { IncomingMessage } from 'node:http'

/** What a request wants: the part of the JSON API that there is, and the endpoint where tokens are had. */
export type Operation = 'start' | 'chunk' | 'ask' | 'cancel' | 'read' | 'stat' | 'list' | 'remove' | 'token'

export interface GcsRequest {
  /** Undefined for what the emulator does not know. */
  readonly operation: Operation | undefined
  readonly bucket: string
  /** Of the object; empty where the request is about none. */
  readonly name: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** For a chunk: whether it says how long the whole is, which ends the upload. */
  readonly isFinal: boolean
}

const path = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/

export function parseRequest({ method = '', url = '', headers }: IncomingMessage): GcsRequest {
  const { pathname, searchParams: query } = new URL(url, 'http://emulator')
  const [, upload, bucket = '', name = ''] = path.exec(pathname) ?? []
  const range = headers['content-range'] ?? ''
  return {
    operation:
      method === 'POST' && pathname === '/token'
        ? 'token'
        : bucket === ''
          ? undefined
          : upload
            ? uploadOperation(method, query, range)
            : objectOperation(method, query, name),
    bucket: decodeURIComponent(bucket),
    name: decodeURIComponent(name) || (query.get('name') ?? ''),
    query,
    headers,
    isFinal: /\/\d+$/.test(range),
  }
}

function uploadOperation(method: string, query: URLSearchParams, range: string): Operation | undefined {
  if (query.get('uploadType') !== 'resumable') return undefined
  if (method === 'POST') return 'start'
  if (method === 'DELETE') return 'cancel'
  if (method === 'PUT') return range === 'bytes */*' ? 'ask' : 'chunk'
  return undefined
}

function objectOperation(method: string, query: URLSearchParams, name: string): Operation | undefined {
  if (name === '') return method === 'GET' ? 'list' : undefined
  if (method === 'DELETE') return 'remove'
  if (method !== 'GET') return undefined
  return query.get('alt') === 'media' ? 'read' : 'stat'
}
