import { startS3Emulator, startUntrustedServer } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { s3 } from '../src/index.ts'
import { optionsFor, user } from './place.ts'

async function failureAt(endpoint: string): Promise<unknown> {
  const place = s3(optionsFor(endpoint, 'shop'))
  onTestFinished(() => place.close())
  return await place.stat('x').catch((error) => error)
}

test('a certificate that nobody trusts is told by its code, with the way to trust it', async () => {
  const server = await startUntrustedServer()
  onTestFinished(() => server.stop())
  expect(await failureAt(server.url)).toMatchObject({
    code: 'DESTINATION.UNAVAILABLE',
    message: expect.stringContaining('certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'),
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    retryable: false,
  })
})

test('https towards a server without TLS', async () => {
  const emulator = await startS3Emulator({ users: [user], buckets: ['shop'] })
  onTestFinished(() => emulator.stop())
  expect(await failureAt(emulator.endpoint.replace('http:', 'https:'))).toMatchObject({
    code: 'DESTINATION.UNAVAILABLE',
    message: expect.stringContaining('TLS failed (EPROTO'),
    hint: expect.stringContaining('check endpoint, whether it should begin with http://'),
    retryable: false,
  })
})

test('a client that fails otherwise is told by its code', async () => {
  const client = { send: () => Promise.reject(Object.assign(new Error('odd'), { code: 'HPE_INVALID_CONSTANT' })) }
  const place = s3({ bucket: 'shop', client: client as never })
  await expect(place.stat('x')).rejects.toMatchObject({
    code: 'DESTINATION.SERVER',
    message: expect.stringContaining('the client failed (HPE_INVALID_CONSTANT)'),
  })
})
