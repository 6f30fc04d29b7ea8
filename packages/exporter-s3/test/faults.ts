import type { FaultyHttpProxy, HttpFault, ProxiedRequest } from '@pgark/test-servers'

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`

/** Which requests a fault is for. */
export const requests = {
  part: ({ method, path }: ProxiedRequest) => method === 'PUT' && path.includes('partNumber='),
  put: ({ method, path }: ProxiedRequest) => method === 'PUT' && !path.includes('partNumber='),
  begin: ({ method, path }: ProxiedRequest) => method === 'POST' && path.includes('uploads'),
  complete: ({ method, path }: ProxiedRequest) => method === 'POST' && path.includes('uploadId='),
  abort: ({ method, path }: ProxiedRequest) => method === 'DELETE' && path.includes('uploadId='),
  /** A look at the parts of an upload. */
  parts: ({ method, path }: ProxiedRequest) => method === 'GET' && path.includes('uploadId='),
  /** A listing of uploads. */
  uploads: ({ method, path }: ProxiedRequest) => method === 'GET' && path.includes('uploads'),
  get: ({ method, path }: ProxiedRequest) => method === 'GET' && path.includes('GetObject'),
  head: ({ method }: ProxiedRequest) => method === 'HEAD',
  list: ({ path }: ProxiedRequest) => path.includes('list-type=2'),
}

export type RequestKind = keyof typeof requests

export const answers = {
  busy: { kind: 'answer', status: 503, body: error('SlowDown') },
  broken: { kind: 'answer', status: 500, body: error('InternalError') },
  /** Of a request whose answer began before its work was done. */
  failedLate: { kind: 'answer', status: 200, body: error('InternalError') },
  /** As by MinIO. */
  full: { kind: 'answer', status: 507, body: error('XMinioStorageFull') },
  expired: { kind: 'answer', status: 400, body: error('ExpiredToken') },
  skewed: { kind: 'answer', status: 403, body: error('RequestTimeTooSkewed') },
  elsewhere: {
    kind: 'answer',
    status: 301,
    headers: { 'x-amz-bucket-region': 'eu-west-3' },
    body: error('PermanentRedirect'),
  },
} satisfies Record<string, HttpFault>

/** The first request of that kind meets it; with `times`, so many of them. */
export function choose(proxy: FaultyHttpProxy, kind: RequestKind, fault: HttpFault, times = 1): void {
  let left = times
  proxy.choose((request) => (requests[kind](request) && left-- > 0 ? fault : undefined))
}
