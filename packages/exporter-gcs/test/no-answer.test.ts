import { expect, test } from 'vitest'
import { noAnswer } from '../src/requests/service-error.ts'

const tried = { what: 'read gs://backups/x', bucket: 'backups', permission: 'storage.objects.get' }
const failed = (code: string) => noAnswer(Object.assign(new Error(`it failed with ${code}`), { code }), tried)

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'EAI_AGAIN'])('%s may pass', (code) => {
  expect(failed(code)).toMatchObject({ code: 'DESTINATION.UNAVAILABLE', retryable: true })
})

test.each([
  'ENOTFOUND',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])('%s does not pass by itself', (code) => {
  expect(failed(code)).toMatchObject({ code: 'DESTINATION.UNAVAILABLE', retryable: false })
})
