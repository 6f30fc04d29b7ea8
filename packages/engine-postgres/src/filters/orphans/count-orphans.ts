import { PgarkError } from '@pgark/core'
import { databaseError, sqlstate } from '../../connection/database-error.ts'
import type { HeldSnapshot } from '../../snapshot/held-snapshot.ts'
import { askUnderSearchPath } from '../search-path.ts'
import type { TableFilters } from '../table-filter.ts'
import type { ForeignKey } from './foreign-keys.ts'
import { orphansSql, type RowsInBackup } from './orphans-sql.ts'

/** A foreign key, and how many rows of the backup do not satisfy it. */
export interface Orphans {
  readonly key: ForeignKey
  readonly rows: number
  /** Why rows that they refer to are not in the backup: none of that table's are, or a filter leaves some out. */
  readonly isParentWithoutRows: boolean
}

const isNotFound = /^(42P01|42883|42704|3F000)$/

/**
 * Looks for rows that refer to rows which are left out, by these foreign keys between tables of the backup. What the whole database
 * satisfies is not asked again: only keys to tables that have a filter, or no rows in the backup.
 */
export async function countOrphans(
  { client, selected }: Pick<HeldSnapshot, 'client' | 'selected'>,
  filters: TableFilters,
  keys: readonly ForeignKey[],
): Promise<readonly Orphans[]> {
  const withRows = new Map(selected.withRows.map((relation) => [relation.oid, relation]))
  const isWhole = (oid: number) => withRows.has(oid) && !filters.has(oid)
  const inBackup = (oids: readonly number[]) =>
    oids.flatMap((oid): RowsInBackup[] => {
      const relation = withRows.get(oid)
      return relation ? [{ relation, wanted: filters.get(oid) }] : []
    })
  const found: Orphans[] = []
  for (const key of keys) {
    const [from, to] = [inBackup(key.from), inBackup(key.to)]
    if (from.length === 0 || key.to.every(isWhole)) continue
    const names = searchPathOf([...from, ...to], filters)
    try {
      const [row] = await askUnderSearchPath<{ orphans: string }>(client, orphansSql(key, from, to), names.path)
      const rows = Number(row?.orphans)
      if (rows > 0) found.push({ key, rows, isParentWithoutRows: to.length === 0 })
    } catch (error) {
      if (names.areSeveral && isNotFound.test(sqlstate(error))) throw unqualified(key)
      const what = `Cannot look for rows that ${key.schema}.${key.name} (${key.constraint}) would miss${withFilters([...from, ...to], filters)}`
      throw databaseError(error, 'ENGINE.QUERY', what, { rows: 'yes' })
    }
  }
  return found
}

/** What fails at rows is mostly a filter. Partitions of a table have the same one: the first is named. */
function withFilters(tables: readonly RowsInBackup[], filters: TableFilters): string {
  const named = new Map<string, string>()
  for (const { relation } of tables) {
    const { name, alias, condition } = filters.get(relation.oid) ?? {}
    const key = `${alias} ${condition}`
    if (name !== undefined && !named.has(key))
      named.set(key, `the filter ${name} for ${relation.schema}.${relation.name}`)
  }
  return named.size > 0 ? ` with ${[...named.values()].join(' and ')}` : ''
}

/** One statement looks names up in one way: where the filters of both sides would do so in several, names must be qualified. */
function searchPathOf(tables: readonly RowsInBackup[], filters: TableFilters) {
  const paths = tables.flatMap(({ relation }) => {
    const { searchPath = [] } = filters.get(relation.oid) ?? {}
    return searchPath.length > 0 ? [searchPath] : []
  })
  const [first = []] = paths
  // What all have is where operators are.
  const path = first.filter((schema) => paths.every((one) => one.includes(schema)))
  return { path, areSeveral: paths.some((one) => one[0] !== first[0]) }
}

function unqualified({ schema, name, constraint, parent }: ForeignKey): PgarkError {
  const message = `The filters of ${schema}.${name} and ${parent.schema}.${parent.name} name something without its schema: whether rows keep to ${constraint} cannot be told.`
  return new PgarkError('USAGE.FILTER', message, {
    hint: 'write names with their schemas in both, as in shop.orders',
  })
}
