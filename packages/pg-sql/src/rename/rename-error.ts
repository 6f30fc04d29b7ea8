const MARKER: unique symbol = Symbol.for('pgark.error')

/**
 * Thrown for SQL in which not every name could be decided, or whose renaming could not be proved; nothing of it was changed. The
 * message names identifiers and grammar, never a literal's text. Carries the marker by which `isPgarkError()` of `@pgark/core`
 * recognises it without an import.
 */
export class SqlRenameError extends Error {
  override readonly name = 'SqlRenameError'
  readonly [MARKER] = true
  readonly code = 'SCRIPT.RENAME'
  /** Always false: the same SQL fails in the same way. */
  readonly retryable = false
  readonly hint = undefined
  /** Where in the SQL, in UTF-16 units. */
  readonly meta: { offset: number }

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options)
    this.meta = { offset }
  }
}
