import { PgarkError } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import { databaseError, safeMessage, sqlstate, withoutValues } from '../connection/database-error.ts'
import { describeProcess } from './describe-process.ts'

/** Tables named in one LOCK statement: keeps the statement small however many there are. */
const batchSize = 500
const lockNotAvailable = '55P03'
const isGone = /^(42P01|3F000)$/

export const qualifiedName = ({ schema, name }: { schema: string; name: string }) =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

export interface LockOptions {
  /** Fail at once instead of waiting for `lock_timeout`. */
  readonly noWait: boolean
  /** A connection that is not waiting, to ask who holds what. */
  readonly observer: pg.ClientBase
}

/**
 * Takes ACCESS SHARE on each table, for the transaction. Throws `ENGINE.LOCKED`, naming the table and who is in the way, and
 * `ENGINE.TABLES_CHANGED` when a table was dropped or renamed meanwhile.
 */
export async function lockTables(
  client: pg.Client,
  tables: readonly Relation[],
  { noWait, observer }: LockOptions,
): Promise<void> {
  for (let at = 0; at < tables.length; at += batchSize) {
    const batch = tables.slice(at, at + batchSize)
    try {
      await client.query(
        `LOCK TABLE ${batch.map((table) => `ONLY ${qualifiedName(table)}`).join(', ')} IN ACCESS SHARE MODE${noWait ? ' NOWAIT' : ''}`,
      )
    } catch (error) {
      if (isGone.test(sqlstate(error))) {
        throw new PgarkError('ENGINE.TABLES_CHANGED', `A table is gone: ${safeMessage(error)}.`, {
          retryable: true,
          cause: withoutValues(error),
        })
      }
      if (sqlstate(error) !== lockNotAvailable) throw databaseError(error, 'ENGINE.LOCK', 'Cannot lock the tables')
      throw await lockedError(observer, batch, error)
    }
  }
}

// pg_locks: https://www.postgresql.org/docs/current/view-pg-locks.html
const conflictSql = `
  SELECT n.nspname AS schema, c.relname AS name, l.pid, l.granted, a.usename AS "user", a.application_name AS application, a.state,
         l.mode
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.relation = ANY ($1::oid[])
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ORDER BY l.granted DESC, l.pid LIMIT 5`

async function lockedError(observer: pg.ClientBase, tables: readonly Relation[], cause: unknown): Promise<unknown> {
  const { rows } = await observer.query(conflictSql, [tables.map(({ oid }) => oid)])
  const [first] = rows
  const table = first
    ? `${first.schema}.${first.name}`
    : tables.length === 1 && tables[0]
      ? qualifiedName(tables[0])
      : 'a table'
  return new PgarkError(
    'ENGINE.LOCKED',
    `Cannot lock ${table}: ${rows.map(describeProcess).join('; ') || 'another session was in the way'}.`,
    {
      hint: 'run it again when that session is done, end it, or wait longer (--lock-timeout)',
      retryable: true,
      meta: { table, processes: rows.map(({ pid }) => pid) },
      cause: withoutValues(cause),
    },
  )
}
