import { type SecureServer, startUntrustedServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emulatedBucket } from './support/emulated-bucket.ts'

const bucket = emulatedBucket()
let server: SecureServer
beforeAll(async () => {
  server = await startUntrustedServer()
})
afterAll(() => server?.stop())

const untrusted = {
  code: 'DESTINATION.UNAVAILABLE',
  message: expect.stringContaining('certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'),
  hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  retryable: false,
}

test('a certificate that nobody trusts is told by its code, with the way to trust it', async () => {
  await expect(bucket.open({ apiEndpoint: server.url, accessToken: 'x' }).stat('x')).rejects.toMatchObject(untrusted)
})

test('that of a server of tokens, too', async () => {
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.url}/token`,
    credential_source: { file: import.meta.filename },
  }
  await expect(bucket.open({ credentials }).stat('x')).rejects.toMatchObject({
    ...untrusted,
    message: expect.stringMatching(/access tokens cannot be asked: .*UNABLE_TO_VERIFY_LEAF_SIGNATURE/),
  })
})

test('https towards a server without TLS', async () => {
  const apiEndpoint = bucket.emulator.url.replace('http:', 'https:')
  await expect(bucket.open({ apiEndpoint, accessToken: 'x' }).stat('x')).rejects.toMatchObject({
    code: 'DESTINATION.UNAVAILABLE',
    message: expect.stringContaining('TLS failed (EPROTO'),
    hint: expect.stringContaining('check apiEndpoint, whether it should begin with http://'),
    retryable: false,
  })
})
