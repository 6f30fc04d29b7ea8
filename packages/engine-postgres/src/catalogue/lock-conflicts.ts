import type { TableName } from '@pgark/core'
import type pg from 'pg'
import { describeSession } from './describe-session.ts'

/** A session that holds ACCESS EXCLUSIVE on a table, or waits for it: the one lock that reading has to wait for. */
export interface LockConflict extends TableName {
  /** Null for a prepared transaction. */
  readonly pid: number | null
  readonly granted: boolean
  /** Who it is, as far as the role may know, for people. */
  readonly who: string
  /** How long its transaction is open, in ms; null where the role may not know. */
  readonly ageMs: number | null
  /** The sessions that it waits for itself. */
  readonly behind: readonly number[]
}

// A prepared transaction has no process; its own lock on its transaction id tells which one it is.
// pg_locks: https://www.postgresql.org/docs/current/view-pg-locks.html
const conflictSql = `
  SELECT n.nspname AS schema, c.relname AS name, l.pid, l.granted, a.usename AS "user", a.application_name AS application, a.state, p.gid,
         (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000)::float8 AS age,
         CASE WHEN l.granted OR l.pid IS NULL THEN '{}' ELSE pg_blocking_pids(l.pid) END AS behind
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN LATERAL (
    SELECT x.gid, x.prepared FROM pg_prepared_xacts x JOIN pg_locks own ON own.transactionid = x.transaction
    WHERE l.pid IS NULL AND own.pid IS NULL AND own.virtualtransaction = l.virtualtransaction LIMIT 1) p ON true
  WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.relation = ANY ($1::oid[])
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ORDER BY l.granted DESC, l.pid LIMIT $2`

/** Who is in the way of reading these tables, holders first. */
export async function readLockConflicts(
  client: pg.ClientBase,
  oids: readonly number[],
  most: number,
): Promise<LockConflict[]> {
  const { rows } = await client.query(conflictSql, [oids, most])
  return rows.map(({ schema, name, pid, granted, user, application, state, gid, age, behind }) => {
    const who = gid === null ? describeSession({ pid, user, application, state }) : `the prepared transaction ${gid}`
    return { schema, name, pid, granted, who, ageMs: age, behind }
  })
}

/** For a sentence: `process 12 (user app) holds ACCESS EXCLUSIVE`. */
export const describeConflict = ({ who, granted }: LockConflict) =>
  `${who} ${granted ? 'holds' : 'waits for'} ACCESS EXCLUSIVE`
