/** The marker by which an error of pgark is recognised; this package does not depend on `@pgark/core`. */
const marker: unique symbol = Symbol.for('pgark.error')

/**
 * | code | meaning |
 * |---|---|
 * | `ARCHIVE.BAD_MAGIC` | the bytes are not an archive of pg_dump |
 * | `ARCHIVE.UNSUPPORTED_VERSION` | an archive, or lz4 data, of a version or format that this package does not read |
 * | `ARCHIVE.TRUNCATED` | the bytes end before the archive, or its compressed data, does |
 * | `ARCHIVE.CORRUPT` | a value that pg_dump never writes, or compressed data that fails its checks |
 * | `ARCHIVE.CYCLE` | entries that depend on each other in a circle, or one on itself |
 * | `ARCHIVE.LIMIT` | a table of contents that is longer than what may be held in memory |
 * | `ARCHIVE.LIST` | a list of entries with a line that names none of the archive's |
 * | `ARCHIVE.INCOMPLETE` | a plain dump without its completion marker |
 * | `ARCHIVE.MISSING_FILE` | a directory archive without a file that its table of contents names |
 * | `ARCHIVE.TRAILING` | a plain dump that goes on after its completion marker, or an archive or compressed data after its end |
 * | `ARCHIVE.NOT_SQL` | a plain dump with something that is no statement |
 * | `REFUSED.FORMAT` | an archive where a plain dump is expected, or what is compressed by another program than gzip, lz4 or zstd |
 * | `REFUSED.META_COMMAND` | a plain dump with a command of psql's |
 * | `REFUSED.CREATE_DATABASE` | a plain dump that creates, drops or changes databases or tablespaces, or the whole server |
 * | `REFUSED.COPY_FILE` | a plain dump with a COPY from or to a file or program |
 * | `REFUSED.TOC_SIZE` | a table of contents that would be too long to be read again |
 * | `REFUSED.TRANSACTION` | a plain dump with transactions of its own |
 * | `UNSAFE.DEFINITION` | a definition in which psql would find a command of its own |
 */
export type ArchiveErrorCode =
  | `ARCHIVE.${'BAD_MAGIC' | 'UNSUPPORTED_VERSION' | 'TRUNCATED' | 'CORRUPT' | 'INCOMPLETE' | 'MISSING_FILE' | 'TRAILING' | 'NOT_SQL'}`
  | `ARCHIVE.${'CYCLE' | 'LIMIT' | 'LIST'}`
  | `REFUSED.${'FORMAT' | 'META_COMMAND' | 'CREATE_DATABASE' | 'COPY_FILE' | 'TOC_SIZE' | 'TRANSACTION'}`
  | 'UNSAFE.DEFINITION'

/** Where reading stopped. Never the archive's contents: definitions can carry secrets. */
export interface ArchiveErrorMeta {
  /** Offset of the value that could not be read, in bytes from the start. */
  readonly offset?: number
  /** The table-of-contents entry that was being read, counted from 0. */
  readonly entry?: number
  /** The entry whose data were being read, by its dump id. */
  readonly dumpId?: number
  /** The line of a plain dump, or of a list, counted from 1. */
  readonly line?: number
  /** The entries of a circle, by their dump ids. */
  readonly dumpIds?: readonly number[]
}

export interface ArchiveErrorOptions {
  readonly meta?: ArchiveErrorMeta
  readonly hint?: string | undefined
  readonly cause?: unknown
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

  constructor(code: ArchiveErrorCode, message: string, { meta = {}, hint, cause }: ArchiveErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.meta = { ...meta }
    this.hint = hint
  }
}
