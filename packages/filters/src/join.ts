import {
  type Filter,
  type FilterContext,
  type MarkedSql,
  PgarkError,
  type Problem,
  type Sql,
  sql,
  sqlMarker,
  type TableInfo,
} from '@pgark/core'
import { refuseWrong } from './refuse-wrong.ts'

/** A filter, or a condition as sql`…`. */
export type Condition = Filter | Sql

/** Rows that all of these choose. */
export const and = (...filters: readonly Condition[]): Filter =>
  joined('and', filters, (one, other) => sql`${one} AND ${other}`)

/** Rows that any of these chooses. */
export const or = (...filters: readonly Condition[]): Filter =>
  joined('or', filters, (one, other) => sql`${one} OR ${other}`)

/** Rows that it does not choose. As in SQL, a row for which it is neither true nor false, because of a NULL, is in neither. */
export function not(filter: Condition): Filter {
  refuseWrong('not()', conditionProblems([filter]))
  return {
    specVersion: 1,
    name: 'not',
    where: async (table, context) => sql`NOT ${await enclosed(filter, table, context)}`,
  }
}

/** A condition of one's own: ``custom(sql`lower(email) LIKE ${'%@example.com'}`)``. It may be given a name for messages. */
export function custom(condition: Sql, name = 'custom'): Filter {
  const isName = typeof name === 'string' && name !== ''
  refuseWrong('custom()', [...conditionProblems([condition]), !isName && { message: 'Expected its name to be text.' }])
  return { specVersion: 1, name, where: () => condition }
}

function joined(
  name: string,
  filters: readonly Condition[],
  join: (one: MarkedSql, other: MarkedSql) => MarkedSql,
): Filter {
  const isEmpty = filters.length === 0
  refuseWrong(`${name}()`, [isEmpty && { message: 'Expected at least one filter.' }, ...conditionProblems(filters)])
  return {
    specVersion: 1,
    name,
    async where(table, context) {
      const conditions = await Promise.all(filters.map((filter) => enclosed(filter, table, context)))
      return conditions.reduce(join)
    },
  }
}

/** In parentheses, the closing one on a line of its own: what stands within may end in a comment. */
async function enclosed(filter: Condition, table: TableInfo, context: FilterContext): Promise<MarkedSql> {
  const condition = 'where' in filter ? await filter.where(table, context) : filter
  if (!isSql(condition))
    throw new PgarkError('USAGE.FILTER', `The where() of ${(filter as Filter).name} answered no SQL.`)
  return sql`(${{ ...condition, [sqlMarker]: true as const }}\n)`
}

function* conditionProblems(conditions: readonly unknown[]): Iterable<Problem> {
  for (const [index, condition] of conditions.entries()) {
    if (isCondition(condition)) continue
    yield { message: `Argument ${index + 1} is no filter.`, hint: 'give what another filter returns, or sql`…`' }
  }
}

function isCondition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { specVersion, where } = value as Record<string, unknown>
  return specVersion === 1 ? typeof where === 'function' : isSql(value)
}

function isSql(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { text, parts } = value as Record<string, unknown>
  return Array.isArray(text) && Array.isArray(parts)
}
