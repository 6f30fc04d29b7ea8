import { PgarkError } from '@pgark/core'
import type pg from 'pg'
import { type BlockingSession, describeBlocking } from '../catalogue/describe-session.ts'

/** How often the server is asked; more often where less time is allowed. */
const longestIntervalMs = 1000
const shortestIntervalMs = 50

// https://www.postgresql.org/docs/current/view-pg-locks.html, functions-info.html (pg_blocking_pids)
const waitSql = `
  SELECT n.nspname AS schema, c.relname AS name, a.pid, a.usename AS "user", a.application_name AS application, a.state,
         theirs.mode, theirs.granted
  FROM pg_stat_activity w
  LEFT JOIN pg_locks ours ON ours.pid = w.pid AND NOT ours.granted
  LEFT JOIN pg_class c ON ours.locktype = 'relation' AND c.oid = ours.relation
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid) ON true
  JOIN pg_stat_activity a ON a.pid = blocking.pid
  LEFT JOIN LATERAL (
    SELECT l.mode, l.granted FROM pg_locks l
    WHERE l.pid = a.pid AND l.locktype = ours.locktype AND l.relation = ours.relation AND l.database = ours.database
    ORDER BY l.granted, l.mode = 'AccessExclusiveLock' DESC LIMIT 1) theirs ON true
  WHERE w.pid = $1 AND w.wait_event_type = 'Lock' AND clock_timestamp() - w.query_start > $2 * interval '1 ms'
  ORDER BY a.pid LIMIT 5`

/**
 * Bounds the waits of a session that bounds them itself only in part: pg_dump limits its LOCK TABLE, but the functions by which it
 * reads definitions lock views and types as well, for as long as it takes. Calls `onLocked`, once, with `ENGINE.LOCKED`, which
 * names what is waited for and who is in the way. `observer` must be able to answer meanwhile.
 */
export function watchLockWait(
  observer: pg.ClientBase,
  waiting: pg.Client,
  timeoutMs: number,
  onLocked: (error: PgarkError) => void,
): () => void {
  const { processID } = waiting as unknown as { processID: number }
  let isAsking = false
  const look = async () => {
    if (isAsking) return
    isAsking = true
    try {
      const { rows } = await observer.query(waitSql, [processID, timeoutMs])
      if (rows.length > 0) onLocked(lockedBy(rows, timeoutMs))
    } catch {
      // The observer has a watch of its own.
    } finally {
      isAsking = false
    }
  }
  const timer = setInterval(() => void look(), Math.max(shortestIntervalMs, Math.min(longestIntervalMs, timeoutMs / 4)))
  return () => clearInterval(timer)
}

type Row = BlockingSession & { readonly schema: string | null; readonly name: string | null }

function lockedBy(rows: readonly Row[], timeoutMs: number): PgarkError {
  const [first] = rows
  const object = first?.name ? `${first.schema}.${first.name}` : 'the database'
  return new PgarkError(
    'ENGINE.LOCKED',
    `Cannot read the definition of ${object} within ${timeoutMs} ms: ${rows.map(describeBlocking).join('; ')}.`,
    {
      hint: 'run it again when that session is done, end it, or wait longer (--lock-timeout)',
      retryable: true,
      meta: { table: object, processes: rows.map(({ pid }) => pid) },
    },
  )
}
