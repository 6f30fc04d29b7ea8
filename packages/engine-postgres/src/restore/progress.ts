import type { RestoredTable } from '@pgark/core'

/** What a restore has done so far. */
export interface Progress {
  statements: number
  skipped: number
  /** Statements that changed something, as far as can be told. */
  changed: number
  tables: RestoredTable[]
  /** What need not be said again: that the target takes no statistics. Shared by all connections of a restore. */
  readonly told: { statistics?: true }
  /** What the reading of rows was stopped by, which is no fault of the server's. */
  sourceError?: { readonly error: unknown }
}
