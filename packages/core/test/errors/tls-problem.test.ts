import { expect, test } from 'vitest'
import { tlsProblem } from '../../src/index.ts'

const failed = (code: string, message = code, cause?: unknown) =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), { code })
const told = (error: unknown) => tlsProblem(error, 'endpoint')

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])('%s: nobody trusts the authority', (code) => {
  expect(told(failed(code))).toEqual({
    because: `the server's certificate is not trusted (${code})`,
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
})

test.each([
  ['CERT_HAS_EXPIRED', /has expired/, /clock/],
  ['CERT_NOT_YET_VALID', /is not valid yet/, /clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another name/, /check endpoint/],
  ['HOSTNAME_MISMATCH', /another name/, /check endpoint/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /TLS failed/, /should begin with http:/],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', /TLS failed/, /proxies/],
])('%s has a remedy of its own', (code, because, hint) => {
  expect(told(failed(code))).toEqual({ because: expect.stringMatching(because), hint: expect.stringMatching(hint) })
  expect(told(failed(code))?.because).toContain(`(${code})`)
})

test('EPROTO tells what OpenSSL says, and no more of its message', () => {
  const message =
    'write EPROTO 4083:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/tlsany_meth.c:78:\n'
  expect(told(failed('EPROTO', message))).toEqual({
    because: 'TLS failed (EPROTO: wrong version number)',
    hint: expect.stringContaining('does not speak TLS'),
  })
  expect(told(failed('EPROTO', 'read EPROTO'))).toMatchObject({ because: 'TLS failed (EPROTO)' })
})

test('it may be the cause of a cause; what goes in a circle is no matter', () => {
  const wrapped = failed('ERR_HTTP', 'x', new Error('y', { cause: failed('CERT_HAS_EXPIRED') }))
  expect(told(wrapped)?.because).toContain('CERT_HAS_EXPIRED')
  const circle = new Error('round')
  circle.cause = circle
  expect(told(circle)).toBeUndefined()
})

test.each([
  failed('ECONNRESET'),
  failed('ENOTFOUND'),
  new Error('x'),
  Object.assign(new Error('x'), { code: 5 }),
  undefined,
  'EPROTO',
])('%s is none', (error) => {
  expect(told(error)).toBeUndefined()
})
