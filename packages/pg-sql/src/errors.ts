const MARKER: unique symbol = Symbol.for('pgark.error')

/**
 * What went wrong with a script:
 * - `SCRIPT.UNTERMINATED`: the input ends inside a literal, quoted identifier, dollar quote, comment or COPY block, or
 *   before a statement's final semicolon. Nearly always a script that was cut short.
 * - `SCRIPT.STATEMENT_TOO_LONG`: one statement exceeds `maxStatementBytes`, or one meta-command 64 KiB.
 * - `SCRIPT.ROW_TOO_LONG`: a line of COPY data exceeds `maxRowBytes`.
 * - `SCRIPT.NUL_BYTE`: a NUL byte outside COPY data. PostgreSQL's protocol cannot carry it in a statement.
 */
export type SqlScriptErrorCode = `SCRIPT.${'UNTERMINATED' | 'STATEMENT_TOO_LONG' | 'ROW_TOO_LONG' | 'NUL_BYTE'}`

/** A place in a script. `line` is 1-based; `offset` counts bytes from the very start, a byte order mark included. */
export interface ScriptLocation {
  readonly line: number
  readonly offset: number
}

/**
 * Thrown for a script that cannot be read. The message never quotes the script, which may hold row values and
 * passwords. Carries the marker by which `isPgarkError()` of `@pgark/core` recognises it without an import.
 */
export class SqlScriptError extends Error {
  override readonly name = 'SqlScriptError'
  readonly [MARKER] = true
  readonly code: SqlScriptErrorCode
  /** Always false: the same bytes fail in the same way. */
  readonly retryable = false
  /** What to do about it. */
  readonly hint: string | undefined
  /** Where the statement, comment, row or COPY block in question begins; for a NUL byte, where that byte is. */
  readonly meta: { line: number; offset: number }

  constructor(code: SqlScriptErrorCode, message: string, at: ScriptLocation, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
    this.meta = { line: at.line, offset: at.offset }
  }
}
