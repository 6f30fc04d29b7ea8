import { isPgarkError } from '@pgark/core'
import { expect, test } from 'vitest'
import { exporter, type GcsOptions, gcs } from '../src/index.ts'

const unit = 256 * 1024
const largest = 512 * 1024 * 1024
const kmsKeyName = 'projects/p/locations/eu/keyRings/r/cryptoKeys/k'

/** What is refused, or undefined. */
function refusal(make: () => unknown) {
  try {
    make()
  } catch (error) {
    if (isPgarkError(error)) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
}
const given = (options: Record<string, unknown>) => refusal(() => gcs({ bucket: 'backups', ...options } as GcsOptions))
const url = (text: string) => refusal(() => exporter.open(text))

test.each<[keyof GcsOptions, unknown[], unknown[]]>([
  ['chunkSizeBytes', [unit, 2 * unit, largest], [unit - 1, unit + 1, 0, largest + unit, largest - 1, '262144']],
  ['maxAttempts', [1, 100], [0, 101, 1.5]],
  ['retryDelayMs', [1, 32_000], [0, 32_001]],
  ['timeoutMs', [1, 2_147_483_647], [0, 2_147_483_648]],
  ['bucket', ['a1b', 'my_backups.example.com', 'x'.repeat(222)], ['ab', 'x'.repeat(223), 'Backups', '-abc', 'a/b', '']],
  ['storageClass', ['STANDARD', 'ARCHIVE'], ['standard', '']],
  ['kmsKeyName', [kmsKeyName], ['k', `${kmsKeyName}/cryptoKeyVersions/1`]],
  ['apiEndpoint', ['https://storage.example.com', 'http://127.0.0.1:4443/'], ['ftp://x', 'localhost:4443', '']],
  ['keyFile', ['key.json'], ['', 5]],
  ['accessToken', ['token', () => 'token'], ['', 5]],
  ['credentials', [{ type: 'service_account' }], ['{}', []]],
])('%s: what is taken and what is not', (name, good, bad) => {
  for (const value of good) expect(given({ [name]: value }), String(value)).toBeUndefined()
  for (const value of bad) expect(given({ [name]: value }), String(value)).toMatchObject({ code: 'USAGE.OPTIONS' })
})

test('everything that is wrong is told at once, and no value that may be secret', () => {
  const { message = '', hint } = given({ storagClass: 'X', maxAttempts: 0, accessToken: { canary: 1 } }) ?? {}
  expect(message.split('\n')).toHaveLength(3)
  expect(message).toContain('maxAttempts')
  expect(message).not.toContain('canary')
  expect(hint).toContain('storageClass')
})

test('credentials that are text are told in our words', () => {
  expect(given({ credentials: '{}' })?.message).toBe(
    'Option credentials of gcs(): expected an object, as in a key file.',
  )
})

test('credentials are one, and are not sent over an open network', () => {
  expect(given({ keyFile: 'a', accessToken: 'b' })?.message).toContain('got 2')
  const emulator = 'http://gcs.example.com:4443'
  expect(given({ accessToken: 'b', apiEndpoint: emulator })?.message).toContain('no TLS')
  expect(given({ apiEndpoint: emulator })).toBeUndefined()
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    expect(given({ accessToken: 'b', apiEndpoint: `http://${host}:1` })).toBeUndefined()
  }
  expect(given({ accessToken: 'b', apiEndpoint: 'https://gcs.example.com' })).toBeUndefined()
})

test.each([
  ['', 'gs://backups'],
  ['/', 'gs://backups'],
  ['shop', 'gs://backups/shop'],
  ['/shop/nightly/', 'gs://backups/shop/nightly'],
])('the prefix %j is a folder', (prefix, location) => {
  expect(gcs({ bucket: 'backups', prefix }).location).toBe(location)
})

test.each([
  ['gs://backups', 'gs://backups'],
  ['gs://backups/', 'gs://backups'],
  ['gs://my_backups/shop/nightly?storageClass=NEARLINE&chunkSizeBytes=262144', 'gs://my_backups/shop/nightly'],
  ['gs://backups/t%C3%A4glich%23?keyFile=key.json&maxAttempts=3', 'gs://backups/täglich#'],
])('the URL %s', async (text, location) => {
  expect((await exporter.open(text)).location).toBe(location)
})

test.each([
  ['s3://backups', 'gs://bucket/prefix'],
  ['gs:/backups', 'gs://bucket/prefix'],
  ['gs://', 'bucket'],
  ['gs://user:canary@backups', 'Credentials are no part'],
  ['gs://backups?accessToken=canary', 'accessToken is no part'],
  ['gs://backups?storageclass=X', 'Unknown option storageclass'],
  ['gs://backups?chunkSizeBytes=1e6', 'chunkSizeBytes'],
  ['gs://backups:80/', 'no port'],
  ['gs://backups/#1', '%23'],
  ['gs://backups/100%', '%25'],
])('the URL %s is refused', (text, told) => {
  const { code, message, hint } = url(text) ?? {}
  expect(code).toBe('USAGE.OPTIONS')
  expect(`${message} ${hint}`).toContain(told)
  expect(`${message} ${hint}`).not.toContain('canary')
})
