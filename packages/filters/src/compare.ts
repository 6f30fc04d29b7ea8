import { type Filter, ident, sql } from '@pgark/core'
import { columnProblems, refuseWrong } from './refuse-wrong.ts'
import { listProblems, valueProblems } from './value-problems.ts'

/**
 * Rows whose column has this value. A row with NULL there is none of them.
 *
 * ```ts
 * filters: { users: equals('country', 'NZ') }
 * ```
 */
export function equals(column: string, value: unknown): Filter {
  refuseWrong('equals()', [...columnProblems(column), ...valueProblems(value)])
  return onColumn('equals', column, (name) => sql`${name} = ${value}`)
}

/** Rows whose column has one of these values. For long lists, and lists of keys, `foreignKey` is faster. */
export function oneOf(column: string, values: readonly unknown[]): Filter {
  return among('oneOf', column, values)
}

/** Rows in one of these states: `oneOf`, under the name that says what is meant. */
export function status(column: string, allowed: readonly string[]): Filter {
  return among('status', column, allowed)
}

/** Rows whose column matches a pattern of SQL: `%` is any text, `_` any character. */
export function like(column: string, pattern: string): Filter {
  const isText = typeof pattern === 'string'
  refuseWrong('like()', [...columnProblems(column), !isText && { message: 'Expected a pattern, as text.' }])
  return onColumn('like', column, (name) => sql`${name} LIKE ${pattern}`)
}

/** Rows whose column is NULL. `not(isNull(column))` has the others. */
export function isNull(column: string): Filter {
  refuseWrong('isNull()', columnProblems(column))
  return onColumn('isNull', column, (name) => sql`${name} IS NULL`)
}

function among(name: string, column: string, values: readonly unknown[]): Filter {
  refuseWrong(`${name}()`, [...columnProblems(column), ...listProblems(values)])
  const list = [...values]
  return onColumn(name, column, (column) => sql`${column} = ANY (${list})`)
}

/** A filter that asks first whether there is such a column. */
const onColumn = (
  name: string,
  column: string,
  condition: (column: ReturnType<typeof ident>) => ReturnType<typeof sql>,
): Filter => ({
  specVersion: 1,
  name,
  where: (_, context) => condition(ident(context.column(column).name)),
})
