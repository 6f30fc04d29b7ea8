import { isPgarkError, PgarkError, type PgarkErrorOptions } from '@pgark/core'
import pg from 'pg'
import { advice, lossAdvice } from './advice.ts'

/** SQLSTATEs whose messages quote values: data exceptions, errors of functions and triggers, text that is no SQL. */
const quotesValues = /^(22|P0|38|39|42601)/
/**
 * What the server says of itself while rows are on the move: connections, resources, violated constraints, rights, conflicts,
 * damaged pages. Everything else may be said by a function that was given a value: `note::regclass` takes it for a name,
 * `pg_read_file(note)` for a file.
 */
const speaksOfServer = /^(08|23|25|40|53|54|55|57|58030|XX|42501)/
/** Errors after which the server closes the connection: it is ended, shut down, or was idle or in a transaction for too long. */
const lostConnection = /^(08|57P0[12345]|25P0[34])/
/** Source files of the procedural languages: what their functions raise can say anything, under any SQLSTATE. */
const proceduralLanguage = /^(pl_|plperl|plpy|pltcl)/

/** The five characters by which the server names an error's kind; empty when the error is not the server's. */
export function sqlstate(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : ''
}

/** Whether an error means that the connection is gone. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlstate(error)
  return lostConnection.test(state) || (state === '' && isSocketError(error))
}

/** Whether a statement can make the server quote a value: `no`; `yes`, it carries or computes rows; or its text, which may be quoted itself. */
export type RowsInvolved = 'no' | 'yes' | { readonly statement: string }

/**
 * The server's words for an error, as far as they can hold no row value: never its detail, context or query, and where its message
 * could quote one only the SQLSTATE and the objects that it names.
 */
export function safeMessage(error: unknown, rows: RowsInvolved = 'no'): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? wordsOf(error) : String(error)
  const state = sqlstate(error)
  if (state === '42601') return `syntax error (${state})`
  const isRaised = proceduralLanguage.test(error.file ?? '')
  if (isRaised || quotesValues.test(state)) return `the data was not accepted (SQLSTATE ${state}${objects(error)})`
  if (rows === 'no' || speaksOfServer.test(state) || (rows !== 'yes' && speaksOfStatement(error, rows.statement)))
    return `${error.message} (${state})`
  const what = /^(42|3F|3D)/.test(state) ? 'something that it names is not there' : 'what it computes has failed'
  return `${what} (SQLSTATE ${state}${objects(error)})`
}

/** An error with a position was found in the statement itself; one without quotes only what stands in it, or quotes a row. */
function speaksOfStatement({ message, position, internalPosition }: pg.DatabaseError, statement: string): boolean {
  if (position !== undefined && internalPosition === undefined) return true
  const quoted = [...message.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => name)
  return quoted.length > 0 && quoted.every((name) => statement.includes(name))
}

function objects({ schema, table, column, constraint }: pg.DatabaseError): string {
  const named = { table: [schema, table].filter(Boolean).join('.'), column, constraint }
  return Object.entries(named)
    .flatMap(([kind, name]) => (name ? [`, ${kind} ${name}`] : []))
    .join('')
}

export interface DatabaseErrorOptions extends PgarkErrorOptions {
  /** Default `no`. */
  rows?: RowsInvolved
}

/**
 * The coded error for something that failed on a connection: `ENGINE.CONNECTION_LOST` when the connection is gone, otherwise
 * `code`. Errors that are coded already pass through.
 */
export function databaseError(error: unknown, code: string, what: string, options: DatabaseErrorOptions = {}): unknown {
  if (isPgarkError(error)) return error
  const { rows = 'no', ...rest } = options
  const said = safeMessage(error, rows)
  const cause = withoutValues(error, rows)
  if (isConnectionLost(error)) {
    const message = `${what}: the connection to the server was lost (${said}).`
    return new PgarkError('ENGINE.CONNECTION_LOST', message, { ...lossAdvice(error), ...rest, cause })
  }
  if (!(error instanceof pg.DatabaseError)) return error
  return new PgarkError(code, `${what}: ${said}.`, {
    ...advice(error),
    ...rest,
    meta: { ...rest.meta, sqlstate: sqlstate(error) },
    cause,
  })
}

/** The server's error for `cause`: where it came from, without the fields and messages that quote row values. */
export function withoutValues(error: unknown, rows: RowsInvolved = 'no'): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const scrubbed = new Error(safeMessage(error, rows))
  scrubbed.name = error.severity ?? 'DatabaseError'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  scrubbed.stack = [`${scrubbed.name}: ${scrubbed.message}`, ...frames].join('\n')
  return scrubbed
}

/** OpenSSL puts an address in memory and a line of its sources before what it has to say. */
function wordsOf(error: Error): string {
  const { code = '', reason } = error as NodeJS.ErrnoException & { reason?: string }
  return code.startsWith('ERR_SSL_') && reason ? `TLS: ${reason}` : error.message
}

function isSocketError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ERR_SSL_|ERR_TLS_)/.test(code) ||
    /Connection terminated|not queryable|socket|Client was closed/i.test(error.message)
  )
}
