import type { TableName } from './run.ts'

/**
 * The unit of reading: plain JSON, without closures or connections, so that a task can run in another thread, process or machine.
 */
export interface CopyTask {
  readonly table: TableName
  /** The COPY statement that yields the rows. */
  readonly sql: string
  /** The name of the filter in it, for messages; absent where all rows are read. */
  readonly filter?: string
  /** Settings to pin with SET LOCAL before it, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** The exported snapshot to import. */
  readonly snapshot: string
  /** The object that the rows go into. */
  readonly object: string
}

/** What reading a task came to. Counted over the very bytes that were stored. */
export interface CopyReceipt {
  readonly table: TableName
  readonly rows: number
  /** Bytes of COPY text. */
  readonly bytes: number
  /** Of the rows, whatever their order: 32 hex digits. Digests of parts of a table add up to that of the table. */
  readonly digest: string
  readonly object: string
}
