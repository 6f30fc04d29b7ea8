import { type Filter, ident, type Problem, sql } from '@pgark/core'
import { listed } from './listed.ts'
import { columnProblems, refuseWrong, unknownOptions } from './refuse-wrong.ts'

export interface LimitOptions {
  /** The columns by which the first rows are the first; a name alone is ascending. NULL comes last. Default: the primary key. */
  orderBy?: OrderBy | readonly OrderBy[]
}

export type OrderBy = string | { readonly column: string; readonly descending?: boolean }

/**
 * At most so many rows of the table, the first ones in an order: `limit(100, { orderBy: { column: 'created_at', descending: true } })`.
 * Rows that are equal in it are told apart by the primary key, so that the same rows are chosen whenever the data are the same; in a
 * table without one by where they lie, so that a later backup may choose others among them. Of a partitioned table all partitions
 * together have so many. Within `and(…)` the others choose among these rows.
 */
export function limit(rows: number, options: LimitOptions = {}): Filter {
  refuseWrong('limit()', limitProblems(rows, options))
  const { orderBy = [] } = options
  const order = toList(orderBy).map((one) => (typeof one === 'string' ? { column: one } : one))
  return {
    specVersion: 1,
    name: 'limit',
    where(table, context) {
      const name = ident(table.schema, table.name)
      const from = table.isPartitioned ? sql`${name}` : sql`ONLY ${name}`
      const keys = (table.primaryKey.length > 0 ? table.primaryKey : ['tableoid', 'ctid']).map(
        (key) => sql`${ident(key)}`,
      )
      const wanted = order.map(({ column, descending }) => {
        const by = ident(context.column(column).name)
        return descending ? sql`${by} DESC NULLS LAST` : sql`${by}`
      })
      return sql`(${listed(keys)}) IN (SELECT ${listed(keys)} FROM ${from} ORDER BY ${listed([...wanted, ...keys])} LIMIT ${rows})`
    },
  }
}

const toList = (orderBy: OrderBy | readonly OrderBy[]): readonly OrderBy[] =>
  Array.isArray(orderBy) ? (orderBy as readonly OrderBy[]) : [orderBy as OrderBy]

function* limitProblems(rows: unknown, options: LimitOptions): Iterable<Problem> {
  if (!Number.isSafeInteger(rows) || (rows as number) < 1)
    yield { message: 'Expected a whole number of at least 1 row.' }
  yield* unknownOptions(options, ['orderBy'])
  for (const one of options?.orderBy === undefined ? [] : toList(options.orderBy)) {
    yield* columnProblems(typeof one === 'string' ? one : one?.column)
    if (typeof one === 'object' && one !== null) yield* unknownOptions(one, ['column', 'descending'])
  }
}
