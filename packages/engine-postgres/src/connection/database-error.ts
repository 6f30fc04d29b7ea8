import { isPgarkError, PgarkError, type PgarkErrorOptions } from '@pgark/core'
import pg from 'pg'

/** SQLSTATEs whose messages quote values: data exceptions, errors of functions and triggers, text that is no SQL. */
const quotesValues = /^(22|P0|38|39|42601)/
/** Names that are not there: where values are on the move, what is taken for such a name may be one. */
const quotesNames = /^(42|3F|3D)(?!501)/
const lostConnection = /^(08|57P0[12345])/
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

/**
 * The server's words for an error, as far as they can hold no row value: never its detail, context or query, and where its message
 * could quote one only the SQLSTATE and the objects that it names. `movesRows`: the statement carries or computes rows.
 */
export function safeMessage(error: unknown, movesRows = false): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? wordsOf(error) : String(error)
  const state = sqlstate(error)
  if (state === '42601') return `syntax error (${state})`
  const isRaised = proceduralLanguage.test(error.file ?? '')
  if (isRaised || quotesValues.test(state)) return `the data was not accepted (SQLSTATE ${state}${objects(error)})`
  if (movesRows && quotesNames.test(state))
    return `something that it names is not there (SQLSTATE ${state}${objects(error)})`
  return `${error.message} (${state})`
}

function objects({ schema, table, column, constraint }: pg.DatabaseError): string {
  const named = { table: [schema, table].filter(Boolean).join('.'), column, constraint }
  return Object.entries(named)
    .flatMap(([kind, name]) => (name ? [`, ${kind} ${name}`] : []))
    .join('')
}

export interface DatabaseErrorOptions extends PgarkErrorOptions {
  /** The statement carries or computes rows, so that more of the server's words may be values. */
  movesRows?: boolean
}

/**
 * The coded error for something that failed on a connection: `ENGINE.CONNECTION_LOST` when the connection is gone, otherwise
 * `code`. Errors that are coded already pass through.
 */
export function databaseError(error: unknown, code: string, what: string, options: DatabaseErrorOptions = {}): unknown {
  if (isPgarkError(error)) return error
  const { movesRows = false, ...rest } = options
  const said = safeMessage(error, movesRows)
  const cause = withoutValues(error, movesRows)
  if (isConnectionLost(error)) {
    const hint = "look at the server's log; then run it again"
    const message = `${what}: the connection to the server was lost (${said}).`
    return new PgarkError('ENGINE.CONNECTION_LOST', message, { hint, retryable: true, ...rest, cause })
  }
  if (!(error instanceof pg.DatabaseError)) return error
  return new PgarkError(code, `${what}: ${said}.`, {
    ...rest,
    meta: { ...rest.meta, sqlstate: sqlstate(error) },
    cause,
  })
}

/** The server's error for `cause`: where it came from, without the fields and messages that quote row values. */
export function withoutValues(error: unknown, movesRows = false): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const scrubbed = new Error(safeMessage(error, movesRows))
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
