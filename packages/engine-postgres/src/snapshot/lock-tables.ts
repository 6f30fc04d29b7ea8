import { PgarkError } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { describeConflict, readLockConflicts } from '../catalogue/lock-conflicts.ts'
import type { Relation } from '../catalogue/relations.ts'
import { databaseError, safeMessage, sqlstate, withoutValues } from '../connection/database-error.ts'

/** Tables named in one LOCK statement: keeps the statement small however many there are. */
const batchSize = 500
/** Sessions named in an error. */
const mostNamed = 5
const lockNotAvailable = '55P03'
const isGone = /^(42P01|3F000)$/

export const qualifiedName = ({ schema, name }: { schema: string; name: string }) =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

/** Locks one table in front of another statement, or fails at once. */
export const lockNowSql = (table: string) => `LOCK TABLE ONLY ${table} IN ACCESS SHARE MODE NOWAIT; `

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
      throw (await lockProblem(error, batch, observer)) ?? databaseError(error, 'ENGINE.LOCK', 'Cannot lock the tables')
    }
  }
}

/** What the failure of a LOCK says about the tables, where it says something. */
export async function lockProblem(
  error: unknown,
  tables: readonly Relation[],
  observer: pg.ClientBase,
): Promise<PgarkError | undefined> {
  if (isGone.test(sqlstate(error))) {
    return new PgarkError('ENGINE.TABLES_CHANGED', `A table is gone: ${safeMessage(error)}.`, {
      retryable: true,
      cause: withoutValues(error),
    })
  }
  return sqlstate(error) === lockNotAvailable ? await lockedError(observer, tables, error) : undefined
}

async function lockedError(observer: pg.ClientBase, tables: readonly Relation[], cause: unknown): Promise<PgarkError> {
  const conflicts = await readLockConflicts(
    observer,
    tables.map(({ oid }) => oid),
    mostNamed,
  )
  const [first] = conflicts
  const table = first
    ? `${first.schema}.${first.name}`
    : tables.length === 1 && tables[0]
      ? qualifiedName(tables[0])
      : 'a table'
  return new PgarkError(
    'ENGINE.LOCKED',
    `Cannot lock ${table}: ${conflicts.map(describeConflict).join('; ') || 'another session was in the way'}.`,
    {
      hint: 'run it again when that session is done, end it, or wait longer (--lock-timeout)',
      retryable: true,
      meta: { table, processes: conflicts.map(({ pid }) => pid) },
      cause: withoutValues(cause),
    },
  )
}
