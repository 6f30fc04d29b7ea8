/** The marker by which an error of pgark is recognised; this package does not depend on `@pgark/core`. */
const marker: unique symbol = Symbol.for('pgark.error')

/**
 * | code | meaning |
 * |---|---|
 * | `ARCHIVE.BAD_MAGIC` | the bytes are not an archive of pg_dump |
 * | `ARCHIVE.UNSUPPORTED_VERSION` | an archive, of a version or format that this package does not read |
 * | `ARCHIVE.TRUNCATED` | the bytes end before the archive does |
 * | `ARCHIVE.CORRUPT` | a value that pg_dump never writes |
 */
export type ArchiveErrorCode =
  | 'ARCHIVE.BAD_MAGIC'
  | 'ARCHIVE.UNSUPPORTED_VERSION'
  | 'ARCHIVE.TRUNCATED'
  | 'ARCHIVE.CORRUPT'

/** Where reading stopped. Never the archive's contents: definitions can carry secrets. */
export interface ArchiveErrorMeta {
  /** Offset of the value that could not be read, in bytes from the start. */
  readonly offset: number
  /** The table-of-contents entry that was being read, counted from 0. */
  readonly entry?: number
}

/** Why an archive could not be read. Carries the same marker and fields as `PgarkError` of `@pgark/core`. */
export class ArchiveError extends Error {
  readonly [marker] = true
  override readonly name = 'ArchiveError'
  /** The same bytes give the same error. */
  readonly retryable = false
  readonly code: ArchiveErrorCode
  readonly meta: Readonly<Record<string, unknown>> & ArchiveErrorMeta
  readonly hint: string | undefined

  constructor(code: ArchiveErrorCode, message: string, meta: ArchiveErrorMeta, hint?: string) {
    super(message)
    this.code = code
    this.meta = { ...meta }
    this.hint = hint
  }
}
