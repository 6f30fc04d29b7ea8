import { type Filter, ident, PgarkError, sql } from '@pgark/core'
import { columnProblems, refuseWrong } from './refuse-wrong.ts'
import { arrayOf } from './type-name.ts'
import { listProblems } from './value-problems.ts'

/**
 * Rows that refer to one of these keys, 1 to 1,000,000 of them: `foreignKey('customer_id', [123, 456])`. The list is put into a hash
 * table once, however many rows are looked at.
 */
export function foreignKey(column: string, values: readonly unknown[]): Filter {
  refuseWrong('foreignKey()', [...columnProblems(column), ...listProblems(values)])
  const keys = [...values]
  return {
    specVersion: 1,
    name: 'foreignKey',
    where(_, context) {
      const { name, type } = context.column(column)
      if (type.endsWith('[]')) {
        throw new PgarkError('USAGE.FILTER', `The column ${name} is an array, which refers to no single key.`, {
          hint: 'use custom(sql`… && …`)',
        })
      }
      // `= ANY (list)` goes through the list row by row before PostgreSQL 14; a semi-join hashes it everywhere.
      return sql`${ident(name)} IN (SELECT pg_catalog.unnest(${keys}::${arrayOf(type)}))`
    },
  }
}
