/**
 * The property by which an error of pgark is recognised, whatever copy of whatever package threw it. Packages that do not
 * depend on `@pgark/core` put `[Symbol.for('pgark.error')]: true` on their own error class.
 */
export const pgarkErrorMarker: unique symbol = Symbol.for('pgark.error')

export interface PgarkErrorOptions {
  /** What the user can do about it, as one imperative sentence. */
  hint?: string
  /** Facts for programs: names, sizes, positions. Never row values, never secrets. */
  meta?: Record<string, unknown>
  /** Whether the same call may succeed later without anything being changed. Default false. */
  retryable?: boolean
  cause?: unknown
}

/**
 * The one error class. `code` is dotted and stable; its first part decides the command's exit code:
 *
 * | first part | meaning | exit code |
 * |---|---|---|
 * | `USAGE` | the call itself is wrong; nothing was started | 2 |
 * | `REFUSED` | refused before anything was changed: existing objects, no consent, a limit | 2 |
 * | `DAMAGE`, `SCRIPT`, `ARCHIVE` | what should be restored or verified is damaged or incomplete | 3 |
 * | anything else | it failed | 1 |
 *
 * `message` is one sentence: what failed, on which object. PostgreSQL's `detail` and `where` quote row values and never enter it.
 */
export class PgarkError extends Error {
  readonly [pgarkErrorMarker] = true
  override readonly name = 'PgarkError'
  readonly code: string
  readonly retryable: boolean
  readonly meta: Readonly<Record<string, unknown>>
  readonly hint: string | undefined

  constructor(code: string, message: string, options: PgarkErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.meta = options.meta ?? {}
    this.hint = options.hint
  }
}

/** What every error of pgark has, from this package or from another one that carries the marker. */
export interface PgarkErrorLike extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly meta: Readonly<Record<string, unknown>>
  readonly hint: string | undefined
}

/** Whether `error` is an error of pgark: by its marker, not by its class, so that several copies of a package can be installed. */
export function isPgarkError(error: unknown): error is PgarkErrorLike {
  return error instanceof Error && pgarkErrorMarker in error && error[pgarkErrorMarker] === true
}
