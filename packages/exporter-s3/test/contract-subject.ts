import type { ExporterUnderTest } from '@pgark/core/testing'
import { type FaultyHttpProxy, type HttpFault, startFaultyHttpProxy } from '@pgark/test-servers'
import { type S3Credentials, type S3Options, s3 } from '../src/index.ts'
import { answers, choose, type RequestKind } from './faults.ts'
import { optionsFor, partSizeBytes, unfinishedIn } from './place.ts'

const mebibyte = 1024 * 1024

/** What an exporter gets over: once, or as often as it tries but once. */
const passing: Record<string, readonly [RequestKind, HttpFault, number?]> = {
  'a part is answered 503, four times': ['part', answers.busy, 4],
  'a part stalls': ['part', { kind: 'stall', in: 'request', afterBytes: mebibyte }],
  'a part is cut': ['part', { kind: 'cut', in: 'request', afterBytes: mebibyte }],
  'a part is damaged': ['part', { kind: 'flip', in: 'request', byte: 1000 }],
  'a part comes slowly': ['part', { kind: 'slow', in: 'request', pieceBytes: 16 * 1024 }],
  'the answer to a part is lost': ['part', { kind: 'lost' }],
  'the answer to the beginning is lost': ['begin', { kind: 'lost' }],
  'the beginning is answered 500': ['begin', answers.broken],
  'the answer to the completion is lost': ['complete', { kind: 'lost' }],
  'the completion is answered 200 with an error': ['complete', answers.failedLate],
  'the answer to the completion is cut': ['complete', { kind: 'cut', in: 'answer', afterBytes: 10 }],
  'the last look is answered 500': ['head', answers.broken, 3],
  'a read is answered 503': ['get', answers.busy],
  'a read is cut': ['get', { kind: 'cut', in: 'answer', afterBytes: mebibyte }],
  'a read stalls': ['get', { kind: 'stall', in: 'answer', afterBytes: mebibyte }],
}

const lasting: Record<string, readonly [RequestKind, HttpFault]> = {
  'parts are answered 500': ['part', answers.broken],
  'parts are cut': ['part', { kind: 'cut', in: 'request', afterBytes: mebibyte }],
  'parts are damaged': ['part', { kind: 'flip', in: 'request', byte: 1000 }],
  'the beginning is answered 503': ['begin', answers.busy],
  'answers to the beginning are lost': ['begin', { kind: 'lost' }],
  'the completion is answered 503': ['complete', answers.busy],
  'credentials expire': ['part', answers.expired],
}

/** A bucket as the contract suite wants it, with proxies for its faults, which the caller stops. */
export function contractSubject(
  endpoint: string,
  bucket: string,
  { writer, reader }: { writer: S3Credentials; reader: S3Credentials },
  proxies: FaultyHttpProxy[],
): ExporterUnderTest {
  const options = (url: string, more: Partial<S3Options> = {}) =>
    optionsFor(url, bucket, { credentials: writer, ...more })
  const open = (more: Partial<S3Options> = {}) => s3(options(endpoint, more))
  const behind = (kind: RequestKind, fault: HttpFault, times?: number) => async () => {
    const proxy = await startFaultyHttpProxy(endpoint)
    proxies.push(proxy)
    choose(proxy, kind, fault, times)
    return s3(options(proxy.url, { timeoutMs: 500 }))
  }
  const faults = (all: typeof passing, times?: number) =>
    Object.fromEntries(
      Object.entries(all).map(([name, [kind, fault, ofKind]]) => [name, behind(kind, fault, times ?? ofKind)]),
    )
  return {
    open: () => open(),
    partSizeBytes,
    heldBytes: 48 * mebibyte,
    isCheapPerObject: true,
    unfinished: () => unfinishedIn(options(endpoint)),
    faults: {
      wrongCredentials: () => open({ credentials: { ...writer, secretAccessKey: 'wrong' } }),
      readOnly: () => open({ credentials: reader }),
      missingPlace: () => open({ bucket: 'missing' }),
      passing: faults(passing),
      lasting: faults(lasting, Number.POSITIVE_INFINITY),
    },
  }
}
