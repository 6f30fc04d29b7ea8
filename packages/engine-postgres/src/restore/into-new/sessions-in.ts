import { setTimeout } from 'node:timers/promises'
import { type ConsentQuestion, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import { describeSession, type Session } from '../../catalogue/describe-session.ts'

/** A session in a database that is to be renamed. */
export interface SessionIn extends Session {
  /** Whether we may end it. */
  readonly isOurs: boolean
}

/**
 * Those that a rename waits for in vain. Autovacuum, which has no user, the server ends itself; a parallel worker goes with its
 * leader. Who may end whom: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
const sessionsSql = `
  SELECT a.pid, a.usename AS "user", a.application_name AS application, a.state,
         me.rolsuper OR NOT other.rolsuper
           AND (pg_has_role(me.oid, other.oid, 'USAGE') OR pg_has_role(me.oid, 'pg_signal_backend', 'USAGE')) AS "isOurs"
  FROM pg_stat_activity a JOIN pg_roles other ON other.oid = a.usesysid JOIN pg_roles me ON me.rolname = current_user
  WHERE a.datid = ANY ($1::oid[]) AND a.backend_type IS DISTINCT FROM 'parallel worker'`
const endSql = `SELECT pg_terminate_backend(pid) FROM (${sessionsSql} OFFSET 0) s WHERE "isOurs"`
const preparedSql = `
  SELECT p.gid FROM pg_prepared_xacts p JOIN pg_database d ON d.datname = p.database WHERE d.oid = ANY ($1::oid[]) ORDER BY 1`
/** Between two looks for sessions that have to be ended. */
const lookAgainMs = 50
const mostNamed = 5

/** Who is in these databases. To be asked in a pinned transaction. */
export async function sessionsIn(client: pg.ClientBase, oids: readonly number[]): Promise<SessionIn[]> {
  return (await client.query<SessionIn>(`${sessionsSql} ORDER BY a.pid`, [oids])).rows
}

/** Prepared transactions, which belong to nobody who could be ended. To be asked in a pinned transaction. */
export async function preparedIn(client: pg.ClientBase, oids: readonly number[]): Promise<string[]> {
  return (await client.query(preparedSql, [oids])).rows.map(({ gid }) => gid)
}

/**
 * Ends everyone in these databases, again and again, until the work is done that waits for them to be gone; in pinned transactions
 * of `ask`.
 */
export async function endingSessions<T>(
  ask: <Answer>(work: (client: pg.Client) => Promise<Answer>) => Promise<Answer>,
  oids: readonly number[],
  work: Promise<T>,
): Promise<T> {
  let isDone = false
  const done = work.then(
    () => (isDone = true),
    () => (isDone = true),
  )
  const ending = async () => {
    while (!isDone) {
      await ask((client) => client.query(endSql, [oids]))
      await Promise.race([done, setTimeout(lookAgainMs)])
    }
  }
  // Whoever could not be ended is who the work fails for.
  const [result] = await Promise.all([work, ending().catch(() => {})])
  return result
}

/** `shop is in use by 3 sessions: process 12 (user app, idle), …` */
export function describeSessions(sessions: readonly SessionIn[], database: string): string {
  const named = sessions.slice(0, mostNamed).map(describeSession).join(', ')
  const others = sessions.length > mostNamed ? ` and ${sessions.length - mostNamed} more` : ''
  return `${database} is in use by ${formatNumberOf(sessions.length, 'session')}: ${named}${others}`
}

/** Whether they may be ended. */
export function endQuestion(sessions: readonly SessionIn[], database: string): ConsentQuestion {
  return {
    database,
    action: `end ${formatNumberOf(sessions.length, 'session')} in ${database}`,
    sentence: `${describeSessions(sessions, database)}. They, and those that come meanwhile, are ended when the restored database takes its name.`,
  }
}
