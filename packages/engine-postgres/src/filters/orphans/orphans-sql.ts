import { quoteIdentifier } from '@pgark/pg-sql'
import { ownRows, type WantedRows } from '../../catalogue/own-rows.ts'
import type { Relation } from '../../catalogue/relations.ts'
import type { ForeignKey, KeyColumn } from './foreign-keys.ts'

/** Rows of a table that are in a backup. */
export interface RowsInBackup {
  readonly relation: Relation
  /** Undefined: all of them. */
  readonly wanted: WantedRows | undefined
}

/**
 * Counts rows of `from` that refer to none of `to`. Where a column is null nothing is referred to: by MATCH SIMPLE, and by MATCH
 * FULL too, by which either all columns are null or none.
 */
export function orphansSql(key: ForeignKey, from: readonly RowsInBackup[], to: readonly RowsInBackup[]): string {
  const { columns } = key
  const refers = columns.map((_, at) => `child.k${at} IS NOT NULL`).join(' AND ')
  const children = rowsOf(
    from,
    columns.map((column) => column.from),
  )
  const isOrphan = to.length > 0 ? ` AND NOT ${isSatisfied(columns, to)}` : ''
  return `SELECT count(*)::pg_catalog.text AS orphans FROM (${children}) AS child WHERE ${refers}${isOrphan}`
}

function isSatisfied(columns: readonly KeyColumn[], to: readonly RowsInBackup[]): string {
  const parents = `(${rowsOf(
    to,
    columns.map((column) => column.to),
  )}) AS parent`
  const equal = columns.flatMap(({ operator, collation, isPeriod }, at) =>
    isPeriod ? [] : [`parent.k${at}${collation === null ? '' : ` COLLATE ${collation}`} ${operator} child.k${at}`],
  )
  const period = columns.findIndex(({ isPeriod }) => isPeriod)
  if (period === -1) return `EXISTS (SELECT FROM ${parents} WHERE ${equal.join(' AND ')})`
  const covered = `child.k${period} OPERATOR(pg_catalog.<@) pg_catalog.range_agg(parent.k${period})`
  return `coalesce((SELECT ${covered} FROM ${parents} WHERE ${equal.join(' AND ')}), false)`
}

/** The columns of a key, as `k0` and so on. Partitions may have them at other positions, under the same names. */
const rowsOf = (tables: readonly RowsInBackup[], columns: readonly string[]): string =>
  tables
    .map(({ relation, wanted }) => {
      const list = columns.map((column, at) => `${quoteIdentifier(column)} AS k${at}`).join(', ')
      return `SELECT ${list} FROM ${ownRows(relation, wanted)}`
    })
    .join(' UNION ALL ')
