import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Exporter, isPgarkError } from '@pgark/core'
import { startGcsEmulator } from '@pgark/test-servers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bodyOf, bytesOf, gathered } from './support/bytes.ts'
import { emulatedBucket } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()
const small = () => bodyOf(bytesOf(10))
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-gcs-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What a call rejects with, and all that can be seen of it. */
async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isPgarkError(error)) throw new Error(`Expected an error with a code, got ${error}`)
  const { code, message, hint, meta, cause } = error
  return { code, message, hint, everything: JSON.stringify([message, hint, meta, String(cause), cause]) }
}

async function listed(from: Exporter): Promise<void> {
  for await (const _ of from.list(''));
}

test.each([
  ['storage.objects.create', () => bucket.open().write('x', small())],
  ['storage.objects.get', () => bucket.open().stat('x')],
  ['storage.objects.get', () => gathered(bucket.open().read('x'))],
  ['storage.objects.list', () => listed(bucket.open())],
  ['storage.objects.delete', () => bucket.open().remove(['x'])],
  ['storage.objects.create', async () => await bucket.open().probe?.()],
  ['storage.objects.delete', async () => await bucket.open().probe?.()],
])('%s that is missing is named', async (permission, call) => {
  bucket.emulator.access.denied.add(permission)
  const { code, message, hint } = await failure(call())
  expect(code).toBe('DESTINATION.DENIED')
  expect(message).toContain(permission)
  expect(hint).toContain('bucket backups')
})

test.each([
  ['write', () => bucket.open({ bucket: 'missing' }).write('x', small())],
  ['stat', () => bucket.open({ bucket: 'missing' }).stat('x')],
  ['read', () => gathered(bucket.open({ bucket: 'missing' }).read('x'))],
  ['list', () => listed(bucket.open({ bucket: 'missing' }))],
  ['remove', () => bucket.open({ bucket: 'missing' }).remove(['x'])],
])('a bucket that does not exist is told: %s', async (_, call) => {
  const { code, message } = await failure(call())
  expect(code).toBe('DESTINATION.NO_BUCKET')
  expect(message).toContain('there is no bucket missing')
})

test('what cannot be listed is named as it is called', async () => {
  const { message } = await failure(listed(bucket.open({ bucket: 'missing', prefix: 'x' })))
  expect(message).toBe('Cannot list gs://missing/x/: there is no bucket missing.')
})

test('objects that a retention policy or a hold keeps are told', async () => {
  bucket.emulator.fail('remove', { status: 403, reason: 'retentionPolicyNotMet', message: 'Object is subject to …' })
  const { code, message } = await failure(bucket.open().remove(['x']))
  expect([code, message]).toEqual([
    'DESTINATION.DENIED',
    'Cannot remove gs://backups/x: a retention policy or a hold keeps the object.',
  ])
})

test('a token that is not accepted, and no token where one is needed', async () => {
  bucket.emulator.access.tokens.add('good')
  const wrong = await failure(bucket.open({ accessToken: 'secret-canary' }).stat('x'))
  expect(wrong.code).toBe('DESTINATION.CREDENTIALS')
  expect(wrong.everything).not.toContain('canary')
  expect((await failure(bucket.open().stat('x'))).code).toBe('DESTINATION.CREDENTIALS')
})

test.each([
  ['ahead of', 3_600_000],
  ['behind', -3_600_000],
])("a server's clock that is %s ours", async (what, clockAheadMs) => {
  bucket.emulator.access.tokens.add('good')
  bucket.emulator.fail('stat', { clockAheadMs })
  const { code, message } = await failure(bucket.open({ accessToken: 'stale' }).stat('x'))
  expect(code).toBe('DESTINATION.CLOCK')
  expect(message).toContain(`60 minutes ${what} this machine's`)
})

test('a server that is not there is tried again, then told', async () => {
  const gone = await startGcsEmulator()
  await gone.stop()
  const to = bucket.open({ apiEndpoint: gone.url })
  expect((await failure(to.stat('x'))).code).toBe('DESTINATION.UNAVAILABLE')
})

test('something else that answers is no object store', async () => {
  bucket.emulator.fail('stat', { answer: '<html>Log in to this network</html>' }, 4)
  expect(await failure(bucket.open().stat('x'))).toMatchObject({ message: 'What answers is not Google Cloud Storage.' })
})

/** Workload identity federation: the emulator also plays the service that hands out tokens. */
async function federation(subjectToken: string) {
  const subject = path.join(folder, 'subject-token')
  await writeFile(subject, subjectToken)
  return {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${bucket.emulator.url}/token`,
    credential_source: { file: subject },
  }
}

async function keyFile(content: string) {
  const file = path.join(folder, 'key.json')
  await writeFile(file, content)
  return file
}

test('credentials of a file, and given ones, are exchanged for a token', async () => {
  const { access } = bucket.emulator
  access.tokens.add('issued')
  access.subjects.set('of-the-cluster', 'issued')
  const credentials = await federation('of-the-cluster')
  await bucket.open({ credentials }).write('x', small())
  await bucket.open({ keyFile: await keyFile(JSON.stringify(credentials)) }).write('y', small())
  expect(Object.keys(bucket.stored())).toEqual(['x', 'y'])
  expect(bucket.requests('token')).toHaveLength(2)
})

test('a token that was issued and is revoked is replaced', async () => {
  const { access } = bucket.emulator
  access.tokens.add('first')
  access.subjects.set('subject', 'first')
  const to = bucket.open({ credentials: await federation('subject') })
  await to.write('x', small())
  access.tokens.delete('first')
  access.tokens.add('second')
  access.subjects.set('subject', 'second')
  // Several at once are refused with the old one; one of them sees to the new one.
  await Promise.all(['a', 'b', 'c'].map((key) => to.write(key, small())))
  expect(Object.keys(bucket.stored()).sort()).toEqual(['a', 'b', 'c', 'x'])
})

test('credentials that are not accepted', async () => {
  const { code, message, everything } = await failure(
    bucket.open({ credentials: await federation('subject-canary') }).stat('x'),
  )
  expect(code).toBe('DESTINATION.CREDENTIALS')
  expect(message).toContain('invalid_grant')
  expect(everything).not.toContain('canary')
})

test('a clock that makes what is signed invalid', async () => {
  const description =
    'Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your iat and exp'
  bucket.emulator.fail('token', {
    answerStatus: 400,
    answer: JSON.stringify({ error: 'invalid_grant', error_description: description }),
  })
  const credentials = await federation('subject')
  expect(await failure(bucket.open({ credentials }).stat('x'))).toMatchObject({ code: 'DESTINATION.CLOCK' })
})

test.each([
  ['no JSON', 'secret-canary'],
  ['no credentials', '{"private_key":"secret-canary"}'],
  ['of a kind that is not known', '{"type":"canary","private_key":"secret-canary"}'],
  ['a key that is none', '{"type":"service_account","client_email":"a@b","private_key":"secret-canary"}'],
])('a file with credentials that has %s', async (_, content) => {
  const { code, everything } = await failure(bucket.open({ keyFile: await keyFile(content) }).stat('x'))
  expect(code).toBe('DESTINATION.CREDENTIALS')
  expect(everything).not.toContain('secret-canary')
})

test('a file with credentials that does not exist, or is a folder', async () => {
  const missing = await failure(bucket.open({ keyFile: path.join(folder, 'missing.json') }).stat('x'))
  expect(missing).toMatchObject({ code: 'DESTINATION.CREDENTIALS' })
  expect(missing.message).toMatch(/missing\.json does not exist\.$/)
  const unreadable = await failure(bucket.open({ keyFile: folder }).stat('x'))
  expect(unreadable).toMatchObject({ code: 'DESTINATION.CREDENTIALS' })
  expect(unreadable.message).toMatch(/cannot be read: EISDIR\.$/)
})

test.each(['', 'line\nbreak', 'x'.repeat(1025), '\ud800'])('a name that no object can have: %j', async (key) => {
  expect(await failure(bucket.open().write(key, small()))).toMatchObject({ code: 'USAGE.KEY' })
})

test('the longest name that an object can have', async () => {
  const to = bucket.open({ prefix: 'p' })
  const key = 'ü'.repeat(511)
  await to.write(key, small())
  expect(await gathered(to.read(key))).toEqual(bytesOf(10))
})

test('a probe leaves nothing', async () => {
  expect(await bucket.open().probe?.()).toEqual({ freeBytes: undefined })
  expect(bucket.requests('start')).toHaveLength(1)
  expect(bucket.stored()).toEqual({})
})
