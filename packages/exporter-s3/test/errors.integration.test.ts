import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { type Exporter, isPgarkError } from '@pgark/core'
import {
  type FaultyHttpProxy,
  type HttpFault,
  type S3Emulator,
  startFaultyHttpProxy,
  startS3Emulator,
} from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type S3Options, s3 } from '../src/index.ts'
import { answers, choose } from './faults.ts'
import { clientFor, optionsFor, unfinishedIn, user } from './place.ts'

const expired = { accessKeyId: 'expired', secretAccessKey: 'secret-of-expired', isExpired: true }
const reader = {
  accessKeyId: 'reader',
  secretAccessKey: 'secret-of-reader',
  denied: ['s3:PutObject', 's3:DeleteObject'],
}
const keeper = { accessKeyId: 'keeper', secretAccessKey: 'secret-of-keeper', denied: ['s3:DeleteObject'] }
const unlisted = { accessKeyId: 'unlisted', secretAccessKey: 'secret-of-unlisted', denied: ['s3:ListBucket'] }
const blind = { accessKeyId: 'blind', secretAccessKey: 'secret-of-blind', denied: ['s3:GetObject'] }

let emulator: S3Emulator
let proxy: FaultyHttpProxy
beforeAll(async () => {
  emulator = await startS3Emulator({
    users: [user, expired, reader, keeper, unlisted, blind],
    buckets: ['shop'],
    region: 'eu-west-3',
  })
  proxy = await startFaultyHttpProxy(emulator.endpoint)
})
afterAll(async () => {
  await proxy?.stop()
  await emulator?.stop()
})

const options = (more: Partial<S3Options> = {}) => optionsFor(proxy.url, 'shop', { region: 'eu-west-3', ...more })

async function* body() {
  yield Buffer.from('bytes')
}

/** What each kind of call rejects with, alike. */
async function failureOf(more: Partial<S3Options>, fault?: HttpFault) {
  proxy.choose(() => fault)
  const place = s3(options({ maxAttempts: 2, ...more }))
  try {
    const calls = [
      place.write('x', body()),
      place.stat('x'),
      place.list('')[Symbol.asyncIterator]().next(),
      place.probe?.(),
    ]
    const errors = (await Promise.allSettled(calls)).map((outcome) =>
      outcome.status === 'rejected' ? outcome.reason : undefined,
    )
    for (const error of errors) expect(isPgarkError(error), String(error)).toBe(true)
    expect(new Set(errors.map(({ code }) => code)).size).toBe(1)
    const [{ code, message, hint, retryable }] = errors
    return { code, text: errors.map((error) => `${error.message} ${error.hint}`).join('\n'), message, hint, retryable }
  } finally {
    proxy.choose(() => undefined)
    await place.close()
  }
}

describe('what is wrong is told by a code, and by the setting to look at', () => {
  const wrong = { ...user, secretAccessKey: 'not-the-secret' }
  test.each<[string, Partial<S3Options>, HttpFault | undefined, string, RegExp]>([
    ['bucket', { bucket: 'missing' }, undefined, 'DESTINATION.NO_BUCKET', /no bucket missing/],
    [
      'access key',
      { credentials: { ...wrong, accessKeyId: 'nobody' } },
      undefined,
      'DESTINATION.CREDENTIALS',
      /AWS_ACCESS_KEY_ID/,
    ],
    ['secret', { credentials: wrong }, undefined, 'DESTINATION.CREDENTIALS', /AWS_SECRET_ACCESS_KEY/],
    ['expired credentials', { credentials: expired }, undefined, 'DESTINATION.CREDENTIALS', /expired/],
    ['region', { region: 'us-east-1' }, undefined, 'DESTINATION.REGION', /set region to eu-west-3/],
    ['region, by redirect', {}, answers.elsewhere, 'DESTINATION.REGION', /set region to eu-west-3/],
    ['clock', {}, answers.skewed, 'DESTINATION.CLOCK', /set the clock/],
    ['full', {}, answers.full, 'DESTINATION.FULL', /free space/],
    ['busy', {}, answers.busy, 'DESTINATION.UNAVAILABLE', /503/],
    [
      'silent',
      { timeoutMs: 200 },
      { kind: 'stall', in: 'request', afterBytes: 0 },
      'DESTINATION.UNAVAILABLE',
      /200 ms/,
    ],
    ['cut', {}, { kind: 'cut', in: 'answer', afterBytes: 0 }, 'DESTINATION.UNAVAILABLE', /ECONNRESET/],
    ['nobody there', { endpoint: 'http://127.0.0.1:1' }, undefined, 'DESTINATION.UNAVAILABLE', /ECONNREFUSED/],
  ])('%s', async (_, more, fault, code, words) => {
    const failure = await failureOf(more, fault)
    expect(failure.code).toBe(code)
    expect(failure.text).toMatch(words)
    expect(failure.retryable).toBe(code === 'DESTINATION.UNAVAILABLE')
    for (const { secretAccessKey } of [user, wrong, expired]) expect(failure.text).not.toContain(secretAccessKey)
  })

  test('a read-only bucket, naming the permission', async () => {
    const place = s3(options({ credentials: reader }))
    await expect(place.write('x', body())).rejects.toMatchObject({
      code: 'DESTINATION.DENIED',
      message: /s3:PutObject/,
    })
    await expect(place.remove(['x'])).rejects.toMatchObject({ code: 'DESTINATION.DENIED', message: /s3:DeleteObject/ })
    await place.close()
  })
})

/** An object `there`, as long as the test takes. */
async function storeThere(): Promise<void> {
  const writer = s3(options())
  await writer.write('there', body())
  onTestFinished(async () => {
    await writer.remove(['there'])
    await writer.close()
  })
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}

describe.each([
  ['s3:ListBucket, without which what is missing is told as forbidden', unlisted, 'missing', 's3:ListBucket'],
  ['s3:GetObject, of what is there', blind, 'there', 's3:GetObject'],
  ['s3:GetObject, of what is missing', blind, 'missing', 's3:GetObject'],
])('the permission that is missing is named: %s', (_, credentials, key, permission) => {
  test.each<[string, (place: Exporter) => unknown]>([
    ['looking', (place) => place.stat(key)],
    ['reading', (place) => firstOf(place.read(key))],
    ['reading nothing', (place) => firstOf(place.read(key, { range: { start: 1, end: 1 } }))],
    ['writing', (place) => place.write(key, body())],
  ])('%s', async (_, call) => {
    await storeThere()
    const place = s3(options({ credentials }))
    await expect(call(place)).rejects.toMatchObject({
      code: 'DESTINATION.DENIED',
      message: expect.stringContaining(`it takes ${permission},`),
      hint: expect.stringContaining(`allow ${permission} on arn:aws:s3:::shop`),
      meta: { permission },
    })
    await place.close()
  })
})

test('who may not list can read and look at what is there', async () => {
  await storeThere()
  const place = s3(options({ credentials: unlisted }))
  expect((await place.stat('there'))?.sizeBytes).toBe(5)
  expect(await firstOf(place.read('there'))).toEqual(Buffer.from('bytes'))
  await place.close()
})

describe('a server that does not say which option it takes no object for', () => {
  const kms = { serverSideEncryption: 'aws:kms', kmsKeyId: 'alias/secret-name' } as const
  const refusal = (code: string, status = 400) =>
    ({ kind: 'answer', status, body: `<Error><Code>${code}</Code></Error>` }) as const

  test.each<[string, Partial<S3Options>, HttpFault, RegExp]>([
    ['storage class', { storageClass: 'FOO' }, refusal('InvalidArgument'), /^check storageClass \(FOO\): /],
    ['key of KMS', kms, refusal('KMS.NotFoundException'), /^check serverSideEncryption \(aws:kms\), kmsKeyId: /],
    [
      'key of KMS, by Ceph',
      kms,
      refusal('InvalidAccessKeyId', 403),
      /^check .*kmsKeyId: .*; or check AWS_ACCESS_KEY_ID/,
    ],
    ['both', { ...kms, storageClass: 'FOO' }, refusal('InvalidRequest'), /^check storageClass .*kmsKeyId: /],
    ['none of them', {}, refusal('InvalidArgument'), /^see its cause/],
    ['no key of KMS', { storageClass: 'FOO' }, refusal('InvalidAccessKeyId', 403), /^check AWS_ACCESS_KEY_ID/],
  ])('%s', async (_, more, fault, hint) => {
    choose(proxy, 'put', fault)
    onTestFinished(() => proxy.choose(() => undefined))
    const place = s3(options(more))
    const error = await place.write('x', body()).catch((thrown) => thrown)
    expect(error).toMatchObject({ hint: expect.stringMatching(hint) })
    expect(error.hint).not.toContain('secret-name')
    await place.close()
  })

  test('what is read or listed needs none of them', async () => {
    proxy.choose(() => refusal('InvalidArgument'))
    onTestFinished(() => proxy.choose(() => undefined))
    const place = s3(options({ storageClass: 'FOO' }))
    await expect(firstOf(place.list(''))).rejects.toMatchObject({ hint: 'see its cause (--debug)' })
    await place.close()
  })
})

describe('a probe', () => {
  test('leaves nothing', async () => {
    const place = s3(options())
    expect(await place.probe?.()).toEqual({ freeBytes: undefined })
    expect(await place.list('')[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
    expect(await unfinishedIn(options())).toEqual([])
    await place.close()
  })

  test('names what is not allowed, and what it had to leave', async () => {
    const place = s3(options({ credentials: keeper }))
    await expect(place.probe?.()).rejects.toMatchObject({
      code: 'DESTINATION.DENIED',
      message: /s3:DeleteObject/,
      hint: /pgark-probe-.* stays/,
    })
    await place.close()
  })
})

test('a clock that is wrong by an hour is taken into account where the server tells its own', async () => {
  // The server is another thread, whose clock is right.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  const place = s3(options())
  await place.write('by-a-wrong-clock', body())
  expect((await place.stat('by-a-wrong-clock'))?.sizeBytes).toBe(5)
  await place.close()
})

test('a client of the caller is used, and outlives the exporter', async () => {
  const client = clientFor(options())
  const place = s3({ bucket: 'shop', client })
  await place.write('by-a-client', body())
  await place.close()
  const found = await client.send(new HeadObjectCommand({ Bucket: 'shop', Key: 'by-a-client' }))
  expect(found.ContentLength).toBe(5)
  client.destroy()
})
