import pg from 'pg'
import { beginPinned } from './pinned-transaction.ts'

/** Which process of which server serves a connection. */
export interface Backend {
  readonly pid: number
  /** Tells one server behind an address from another, and a server from itself before a restart. */
  readonly serverStarted: string
}

/**
 * What can be known of a connection that is silent: its statement runs, or nobody can tell (`working`); its server has nothing to
 * do but to wait for the network (`waiting`), has no such process (`gone`), or does not answer (`unreachable`).
 */
export type BackendState = 'working' | 'waiting' | 'gone' | 'unreachable'

const identitySql =
  'SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS "serverStarted"'
// https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
const activitySql = `
  SELECT pg_postmaster_start_time()::text AS "serverStarted", pg_backend_pid() AS asked, a.pid, a.state, a.wait_event_type AS "waitsFor"
  FROM (SELECT) one LEFT JOIN pg_stat_activity a ON a.pid = $1`

/** Undefined where the server does not say, because a `statement_timeout` is very short for example. */
export async function identifyBackend(client: pg.ClientBase): Promise<Backend | undefined> {
  try {
    return (await client.query(identitySql)).rows[0]
  } catch (error) {
    if (error instanceof pg.DatabaseError) return undefined
    throw error
  }
}

/** Asks after a backend on `probe`, a connection that is not made yet. Ends it, and answers within `timeoutMs`. */
export async function askBackend(
  probe: pg.Client,
  backend: Backend | undefined,
  timeoutMs: number,
): Promise<BackendState> {
  const timer = setTimeout(() => probe.connection.stream.destroy(), timeoutMs)
  probe.on('error', () => {}).once('end', () => clearTimeout(timer))
  try {
    await probe.connect()
    await beginPinned(probe, timeoutMs)
    if (!backend) return 'working'
    const { rows } = await probe.query<Activity>(activitySql, [backend.pid])
    return rows[0] ? judge(rows[0], backend, probe) : 'working'
  } catch (error) {
    // A server that refuses the question is not silent: it has no connection left, or is about to restart.
    return error instanceof pg.DatabaseError ? 'working' : 'unreachable'
  } finally {
    probe.end().catch(() => {})
  }
}

interface Activity {
  readonly serverStarted: string
  readonly asked: number
  readonly pid: number | null
  readonly state: string | null
  readonly waitsFor: string | null
}

function judge(
  { serverStarted, asked, pid, state, waitsFor }: Activity,
  backend: Backend,
  probe: pg.Client,
): BackendState {
  // Behind one address there may be several servers, or a pooler whose process ids are its own: who answers may not know ours.
  const isPooled = asked !== (probe as unknown as { processID: number }).processID
  if (isPooled || serverStarted !== backend.serverStarted) return 'working'
  if (pid === null) return 'gone'
  // A sort, a lock, an index being built: silent for hours, and as it should be.
  if (state === 'active' && waitsFor !== 'Client') return 'working'
  // It waits for bytes of ours, or for us to take its own, or believes that it has answered; and so do we.
  return state === 'active' || state?.startsWith('idle') ? 'waiting' : 'working'
}
