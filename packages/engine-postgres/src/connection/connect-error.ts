import { PgarkError } from '@pgark/core'
import pg from 'pg'
import { sqlstate, withoutValues } from './database-error.ts'

const bySqlstate: Record<string, { reason: string; hint: string }> = {
  '28P01': { reason: 'the password is wrong', hint: 'check user and password (PGPASSWORD, .pgpass or the URL)' },
  '28000': {
    reason: 'the server does not let this user in',
    hint: "check the user's name and the server's pg_hba.conf",
  },
  '3D000': { reason: 'there is no such database', hint: 'check the name; psql --list shows what is there' },
  '53300': {
    reason: 'the server has no connection left',
    hint: 'end idle connections or raise max_connections; a backup needs three',
  },
  '57P03': { reason: 'the server is starting up or shutting down', hint: 'try again when it is ready' },
}
const byErrno: Record<string, { reason: string; hint: string }> = {
  ECONNREFUSED: { reason: 'nothing listens there', hint: 'check host and port, and that the server runs' },
  ENOTFOUND: { reason: 'the host name is unknown', hint: 'check the host' },
  EAI_AGAIN: { reason: 'the host name could not be looked up', hint: 'check the name server' },
  ENOENT: { reason: 'there is no such socket', hint: 'check the folder and port, and that the server runs' },
  ETIMEDOUT: { reason: 'no answer came', hint: 'check host, port and firewalls' },
  EHOSTUNREACH: { reason: 'the host cannot be reached', hint: 'check host and network' },
  ECONNRESET: {
    reason: 'the other side closed the connection',
    hint: 'check that this is a PostgreSQL server, and its log',
  },
}

/** The coded error for a connection that could not be made: one sentence with the target, never its password. */
export function connectError(error: unknown, target: string, timeoutMs: number): PgarkError {
  const { reason, hint } = explain(error, timeoutMs)
  return new PgarkError('ENGINE.CONNECT', `Cannot connect to ${target}: ${reason}.`, {
    hint,
    retryable: true,
    meta: { target },
    cause: withoutValues(error),
  })
}

function explain(error: unknown, timeoutMs: number): { reason: string; hint: string } {
  if (error instanceof pg.DatabaseError) {
    const state = sqlstate(error)
    return bySqlstate[state] ?? { reason: `the server refused it (${state})`, hint: "look at the server's log" }
  }
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code && byErrno[code]) return byErrno[code]
  if (/timeout/i.test(message))
    return { reason: `no answer within ${timeoutMs} ms`, hint: 'check host, port and firewalls' }
  if (/does not support SSL/.test(message))
    return { reason: 'the server does not offer TLS', hint: 'set up TLS there, or allow sslmode=prefer' }
  if (/certificate|self.signed|altname|CERT/i.test(`${code} ${message}`)) {
    return { reason: 'its certificate could not be verified', hint: 'give the right sslrootcert, or another sslmode' }
  }
  if (/password/i.test(message))
    return { reason: 'it asks for a password', hint: 'give one (PGPASSWORD, .pgpass or the URL)' }
  return { reason: code ?? 'the connection was closed', hint: 'check that this is a PostgreSQL server, and its log' }
}
