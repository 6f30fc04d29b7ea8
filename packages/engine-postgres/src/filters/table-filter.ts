import type { RecordedFilter } from '@pgark/core'
import type { SearchPath } from './search-path.ts'

/** A filter as it is applied to one table. */
export interface TableFilter {
  /** As it was given: `since`, `sql`, `query`, a third party's own. For messages. */
  readonly name: string
  /**
   * The condition with its values inlined: what stands after WHERE, in parentheses where something stands beside it. It names the
   * table's columns; the table itself it knows as `alias`.
   */
  readonly condition: string
  /** What the table is to be called in the statement (`FROM ONLY shop.orders_2026 AS orders`): a partition like its parent that was filtered. */
  readonly alias: string
  /** Where the condition's names are found. None where the text of reg* columns needs an empty search_path: they are qualified. */
  readonly searchPath: SearchPath
  /** As it is recorded in the backup. */
  readonly recorded: RecordedFilter
}

/** By the table's oid. */
export type TableFilters = ReadonlyMap<number, TableFilter>
