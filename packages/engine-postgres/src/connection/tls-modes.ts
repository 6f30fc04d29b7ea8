import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ResolvedOptions } from '../options.ts'
import { sqlstate } from './database-error.ts'

/** TLS with these settings, or none. */
export type TlsMode = TlsOptions | false

/**
 * What to try with a server, in order. libpq's words: `require` encrypts without checking who answers, unless a root certificate is
 * given.
 *
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsModes({ sslMode, tls }: ResolvedOptions, host: string): readonly TlsMode[] {
  if (host.startsWith('/')) return [false]
  const unchecked = { ...tls, rejectUnauthorized: false }
  const anyName = { ...tls, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  const isUnchecked = tls.ca === undefined || tls.rejectUnauthorized === false
  switch (sslMode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, unchecked]
    case 'prefer':
      return [unchecked, false]
    case 'require':
      return [isUnchecked ? unchecked : anyName]
    case 'verify-ca':
      return [anyName]
    case 'verify-full':
      return [{ ...tls, rejectUnauthorized: true }]
  }
}

/**
 * Whether it is for want of TLS, or because of it, that a connection was refused: the server has none, its TLS and ours do not
 * understand each other, or its pg_hba.conf has no line for a user who comes like that. Not so a wrong password, which libpq would
 * send again without TLS.
 */
export function isRefusedForItsTls(error: unknown, mode: TlsMode): boolean {
  if (sqlstate(error) === '28000') return true
  if (mode === false || !(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return /does not support SSL|establishing an SSL/.test(error.message) || isTlsFailure(code)
}

/** Errors of the handshake, other than those of certificates. */
export function isTlsFailure(code: string): boolean {
  return /^(ERR_SSL_|EPROTO)/.test(code) || code === 'ERR_TLS_HANDSHAKE_TIMEOUT'
}
