import { type Finding, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import type { SelectedRelations } from '../selection/select-relations.ts'
import type { MatchedTable } from './match-tables.ts'
import type { TableFilters } from './table-filter.ts'

const childrenSql = `
  WITH RECURSIVE tree (root, oid) AS (
    SELECT inhparent, inhrelid FROM pg_inherits WHERE inhparent = ANY ($1::oid[])
    UNION SELECT root, inhrelid FROM tree JOIN pg_inherits ON inhparent = tree.oid)
  SELECT root::int8::text AS root, oid::int8::text AS child FROM tree`

/** A query of a table answers the rows of its children, too; a filter of it does not choose among them. Told where nothing else does. */
export async function warnOfChildren(
  client: pg.ClientBase,
  matched: readonly MatchedTable[],
  { withRows }: Pick<SelectedRelations, 'withRows'>,
  filters: TableFilters,
): Promise<Finding[]> {
  const parents = matched.map(({ relation }) => relation).filter(({ kind }) => kind === 'r')
  const { rows } = await client.query<{ root: string; child: string }>(childrenSql, [parents.map(({ oid }) => oid)])
  const children = Map.groupBy(rows, ({ root }) => Number(root))
  return parents.flatMap((parent): Finding[] => {
    const oids = new Set(children.get(parent.oid)?.map(({ child }) => Number(child)))
    const [first, ...others] = withRows.filter(({ oid }) => oids.has(oid) && !filters.has(oid))
    if (!first) return []
    const name = `${first.schema}.${first.name}`
    const told =
      others.length > 0
        ? `${formatNumberOf(others.length + 1, 'child table')}, such as ${name}, that are`
        : `the child table ${name}, which is`
    return [
      {
        severity: 'warning',
        code: 'FILTER.CHILDREN',
        message: `${parent.schema}.${parent.name} has ${told} not filtered: a filter is for a table's own rows.`,
        hint: 'give child tables filters of their own, or leave them out',
      },
    ]
  })
}
