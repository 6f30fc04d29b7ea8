import type pg from 'pg'
import { ownRows } from '../catalogue/own-rows.ts'
import type { Relation } from '../catalogue/relations.ts'
import { databaseError } from '../connection/database-error.ts'
import { askUnderSearchPath } from './search-path.ts'
import type { TableFilter, TableFilters } from './table-filter.ts'

/** How many rows a table has, and how many of them are wanted. */
export interface RowNumbers {
  readonly rows: number
  readonly allRows: number
}

/** What the planner expects of the tables that have a filter, by oid. Reads none of their rows. */
export async function plannedRows(
  client: pg.ClientBase,
  tables: readonly Relation[],
  filters: TableFilters,
): Promise<ReadonlyMap<number, RowNumbers>> {
  const planned = new Map<number, RowNumbers>()
  for (const relation of tables) {
    const filter = filters.get(relation.oid)
    if (!filter) continue
    const rows = await numberOf(client, relation, filter)
    planned.set(relation.oid, { rows, allRows: Math.max(rows, await numberOf(client, relation)) })
  }
  return planned
}

/** What so many of a table's rows take of the bytes that all of them take. */
export const shareOf = (bytes: number, rows: number, allRows: number): number =>
  allRows > 0 ? Math.round((bytes * rows) / allRows) : bytes

async function numberOf(client: pg.ClientBase, relation: Relation, filter?: TableFilter): Promise<number> {
  try {
    const [row] = await askUnderSearchPath<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      client,
      `EXPLAIN (FORMAT JSON) SELECT FROM ${ownRows(relation, filter)}`,
      filter?.searchPath,
    )
    return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
  } catch (error) {
    const what = filter ? `the filter ${filter.name} of` : 'how to read'
    throw databaseError(error, 'ENGINE.PLAN', `Cannot plan ${what} ${relation.schema}.${relation.name}`, {
      rows: 'yes',
    })
  }
}
