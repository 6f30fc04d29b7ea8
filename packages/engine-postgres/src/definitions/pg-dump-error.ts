import { PgarkError } from '@pgark/core'

/** `progname: error: text`; PostgreSQL 12 to 14 also had `fatal`. Older servers' `query was:` lines carry SQL and are left out. */
const ERROR_LINE = /^[^\n:]*: (?:error|fatal): (?!(?:query was|the command was)\b)(.+)$/im
/** The one statement that may be named: pg_dump's own LOCK, which holds nothing but names of tables. */
const LOCK_STATEMENT = /(?:query|command) was: LOCK TABLE (.+) IN ACCESS SHARE MODE/i
/** A name with its schema, quoted or not. */
const QUALIFIED_NAME = /(?:"(?:[^"]|"")*"|[^\s,."]+)(?:\.(?:"(?:[^"]|"")*"|[^\s,."]+))+/g
/** Warnings quote names of objects only. */
const WARNING_LINE = /^[^\n:]*: warning: (.+)$/gim
const NAMED_TABLES = 5

/**
 * The error that pg_dump's stderr tells of: its first error line and, where it could not lock tables, which. Everything else
 * (DETAIL, CONTEXT, statements) can quote values of rows or secrets in definitions and is dropped.
 */
export function pgDumpError(stderr: string, exitCode?: number | null): PgarkError {
  const line = ERROR_LINE.exec(stderr)?.[1]
  const said = (line ?? `it ended with exit code ${exitCode ?? 'unknown'}`).replace(/\s+/g, ' ').trim()
  const tables = LOCK_STATEMENT.exec(stderr)?.[1]?.match(QUALIFIED_NAME) ?? []
  // pg_dump bounds its wait for locks by a statement timeout.
  const isLockTimeout = /lock timeout|statement timeout/.test(said)
  const what = isLockTimeout && tables.length > 0 ? 'the wait for a lock ran into the timeout' : said
  return new PgarkError('ENGINE.PG_DUMP', `pg_dump failed: ${what}${whileLocking(tables)}`, {
    ...hintFor(said, isLockTimeout),
    meta: { ...(tables.length > 0 && { tables: [...tables] }) },
    retryable: isLockTimeout,
  })
}

function whileLocking(tables: readonly string[]): string {
  if (tables.length === 0) return ''
  const more = tables.length > NAMED_TABLES ? ` and ${tables.length - NAMED_TABLES} more` : ''
  return ` (while it locked ${tables.slice(0, NAMED_TABLES).join(', ')}${more})`
}

function hintFor(said: string, isLockTimeout: boolean): { hint?: string } {
  if (isLockTimeout) return { hint: 'Let the session that holds the lock finish, or allow a longer wait for locks.' }
  if (said.includes('permission denied'))
    return { hint: 'Grant SELECT and USAGE to the user of the backup, or leave the object out.' }
  return {}
}

/** What pg_dump warned of although it succeeded, for example objects that it left out. */
export function pgDumpWarnings(stderr: string): string[] {
  return [...stderr.matchAll(WARNING_LINE)].map(([, said = '']) => said.trim())
}
