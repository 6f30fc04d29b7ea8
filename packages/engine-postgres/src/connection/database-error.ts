import { isPgarkError, PgarkError, type PgarkErrorOptions } from '@pgark/core'
import pg from 'pg'

/** Classes of SQLSTATE whose messages quote values: data exceptions, errors raised by functions and triggers. */
const quotesValues = /^(22|P0|38|39|42601)/
const connectionLost = /^(08|57P0[12345])/

/** The five characters by which the server names an error's kind; empty when the error is not the server's. */
export function sqlstate(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : ''
}

/** The server's words for an error, as far as they can hold no row value: never its detail, context or query. */
export function safeMessage(error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error)
  const state = sqlstate(error)
  if (state === '42601') return `syntax error (${state})`
  if (quotesValues.test(state)) return `the data was not accepted (SQLSTATE ${state})`
  return `${error.message} (${state})`
}

/**
 * The coded error for something that failed on a connection: `ENGINE.CONNECTION_LOST` when the connection is gone, otherwise
 * `code`. Errors that are coded already pass through.
 */
export function databaseError(error: unknown, code: string, what: string, options: PgarkErrorOptions = {}): unknown {
  if (isPgarkError(error)) return error
  const state = sqlstate(error)
  if (connectionLost.test(state) || (state === '' && isSocketError(error))) {
    return new PgarkError(
      'ENGINE.CONNECTION_LOST',
      `${what}: the connection to the server was lost (${safeMessage(error)}).`,
      {
        hint: "look at the server's log; then run it again",
        retryable: true,
        ...options,
        cause: withoutValues(error),
      },
    )
  }
  if (!(error instanceof pg.DatabaseError)) return error
  return new PgarkError(code, `${what}: ${safeMessage(error)}.`, {
    ...options,
    meta: { ...options.meta, sqlstate: state },
    cause: withoutValues(error),
  })
}

/** The server's error for `cause`: where it came from, without the fields and messages that quote row values. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const scrubbed = new Error(safeMessage(error))
  scrubbed.name = error.severity ?? 'DatabaseError'
  scrubbed.stack = `${scrubbed.name}: ${scrubbed.message}\n${(error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')}`
  return scrubbed
}

function isSocketError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return (
    /^(ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /Connection terminated|not queryable|socket|Client was closed/i.test(error.message)
  )
}
