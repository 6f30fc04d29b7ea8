import { PgarkError } from '@pgark/core'
import pg from 'pg'
import { ConnectProblem } from './connect-problem.ts'
import { safeMessage, sqlstate, withoutValues } from './database-error.ts'
import { describeServers, type ServerAddress } from './server-addresses.ts'
import { isTlsFailure } from './tls-modes.ts'

export interface FailedServer {
  readonly server: ServerAddress
  readonly error: unknown
}

interface Explanation {
  readonly reason: string
  readonly hint: string
}

const bySqlstate: Record<string, Explanation> = {
  '28P01': { reason: 'the password is wrong', hint: 'check user and password (PGPASSWORD, .pgpass or the URL)' },
  '3D000': { reason: 'there is no such database', hint: 'check the name; psql --list shows what is there' },
  '53300': {
    reason: 'the server has no connection left',
    hint: 'end idle connections or raise max_connections; a backup needs three',
  },
  '57P03': { reason: 'the server is starting up or shutting down', hint: 'try again when it is ready' },
}
const byCode: Record<string, Explanation> = {
  ECONNREFUSED: { reason: 'nothing listens there', hint: 'check host and port, and that the server runs' },
  ENOTFOUND: { reason: 'the host name is unknown', hint: 'check the host' },
  EAI_AGAIN: { reason: 'the host name could not be looked up', hint: 'check the name server' },
  ENOENT: { reason: 'there is no such socket', hint: 'check the folder and port, and that the server runs' },
  EACCES: { reason: 'the socket may not be used', hint: "check the folder's mode" },
  ETIMEDOUT: { reason: 'no answer came', hint: 'check host, port and firewalls' },
  EHOSTUNREACH: { reason: 'the host cannot be reached', hint: 'check host and network' },
  ENETUNREACH: { reason: 'the network cannot be reached', hint: 'check host and network' },
  ECONNRESET: {
    reason: 'the other side closed the connection',
    hint: 'check that this is a PostgreSQL server, and its log',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is for another name',
    hint: 'connect by the name that is in the certificate, or use verify-ca',
  },
  CERT_HAS_EXPIRED: { reason: 'its certificate has expired', hint: 'renew the certificate of the server' },
  CERT_REVOKED: { reason: 'its certificate is revoked', hint: 'give the server a new certificate' },
}
const unverified = {
  reason: 'its certificate could not be verified',
  hint: 'give the right root certificate (sslrootcert), or another sslmode',
}
const unknown = { reason: 'the connection was closed', hint: 'check that this is a PostgreSQL server, and its log' }

/** The coded error for a connection that could not be made: one sentence with the target, never its password. */
export function connectError(failures: readonly FailedServer[], target: string): PgarkError {
  const explained = failures.map(({ server, error }) => ({ server, ...explain(error) }))
  const reasons = explained.map(({ server, reason }) =>
    failures.length > 1 ? `${describeServers([server])}: ${reason}` : reason,
  )
  return new PgarkError('ENGINE.CONNECT', `Cannot connect to ${target}: ${reasons.join('; ')}.`, {
    hint: [...new Set(explained.map(({ hint }) => hint))].join('; '),
    retryable: true,
    meta: { target },
    cause: withoutValues(failures.at(-1)?.error),
  })
}

/** As in libpq: a server that refuses ends the search for one, unless it is not ready. */
export function isFinal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && sqlstate(error) !== '57P03'
}

function explain(error: unknown): Explanation {
  if (error instanceof ConnectProblem) return error
  if (error instanceof pg.DatabaseError) return bySqlstate[sqlstate(error)] ?? explainRefusal(error)
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (byCode[code]) return byCode[code]
  if (/does not support SSL/.test(message))
    return { reason: 'the server does not offer TLS', hint: 'set up TLS there, or allow sslmode=prefer' }
  if (/certificate|self.signed|CERT/i.test(`${code} ${message}`) && !isTlsFailure(code)) return unverified
  if (isTlsFailure(code) || /SSL/.test(message)) {
    const hint = "check the server's log, the client certificate (sslcert, sslkey) and the versions of TLS"
    return { reason: `TLS could not be agreed upon${code && ` (${code})`}`, hint }
  }
  return code ? { ...unknown, reason: `the connection failed (${code})` } : unknown
}

function explainRefusal(error: pg.DatabaseError): Explanation {
  const isDenied = sqlstate(error) === '28000'
  return {
    reason: `the server ${isDenied ? 'does not let this user in' : 'refused it'}: ${safeMessage(error)}`,
    hint: isDenied ? "check the user's name, sslmode, and the server's pg_hba.conf" : "look at the server's log",
  }
}
