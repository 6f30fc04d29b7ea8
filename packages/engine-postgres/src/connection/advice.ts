import pg from 'pg'

/** What to do about an error, and whether doing nothing may be enough. */
export interface Advice {
  readonly hint?: string
  readonly retryable?: boolean
}

const conflictHint =
  'raise max_standby_streaming_delay there or set hot_standby_feedback = on, or back up from the primary'
const bySqlstate: Readonly<Record<string, Advice>> = {
  '42501': { hint: 'let the role read it (GRANT USAGE and SELECT, or pg_read_all_data), or leave it out' },
  '53100': { hint: "the server's disk is full: free space there" },
  '53200': { hint: 'raise max_locks_per_transaction on the server: each connection locks every table' },
  '53300': { hint: 'end idle connections or raise max_connections there', retryable: true },
  '55P03': { hint: 'run it again when the session that holds the lock is done', retryable: true },
  '57014': { hint: 'someone cancelled it on the server, or a timeout did; run it again', retryable: true },
  '40P01': { retryable: true },
}

/** A standby ends what stands in the way of what it replays; it says so under the SQLSTATE of a serialisation failure. */
export const isReplicaConflict = (error: unknown) =>
  error instanceof pg.DatabaseError && error.code === '40001' && /conflict with recovery/.test(error.message)
/** `row_security = off` makes the server refuse a query whose rows a policy would filter. */
const isRowSecurity = ({ code, message }: pg.DatabaseError) => code === '42501' && /row-level security/.test(message)

/** What to do about an error of the server's, as far as its kind tells. */
export function advice(error: pg.DatabaseError): Advice {
  if (isReplicaConflict(error)) return { hint: conflictHint, retryable: true }
  if (isRowSecurity(error)) {
    return { hint: 'use a role with BYPASSRLS or the owner of the table, or leave it out: a policy would hide rows' }
  }
  return bySqlstate[error.code ?? ''] ?? {}
}

/** What to do when a connection was lost. */
export function lossAdvice(cause: unknown): Advice {
  return {
    hint: isReplicaConflict(cause) ? conflictHint : "look at the server's log; then run it again",
    retryable: true,
  }
}
