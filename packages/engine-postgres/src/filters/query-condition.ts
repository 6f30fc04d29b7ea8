import type { TableInfo } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { FilterText } from './filter-text.ts'
import { wrongFilter } from './wrong-filter.ts'

/** What a query answered to the question for its columns, and which of the table's they could be. */
export interface QueryShape {
  readonly table: TableInfo
  readonly oid: number
  /** `pg_attribute.attnum` by name. */
  readonly columnNumbers: ReadonlyMap<string, number>
  readonly fields: readonly pg.FieldDef[]
}

/** The condition that a row is among those of a query: by its primary key, and by its text where the table has none. */
export function queryCondition({ kind, text, values, key }: FilterText, shape: QueryShape): FilterText {
  if (kind === 'keys') checkKeys(shape, key)
  else checkColumns(shape)
  const condition = kind === 'keys' ? amongKeys(text, key ?? keyColumns(shape)) : amongRows(text, shape)
  return { kind: 'condition', text: condition, values }
}

const amongKeys = (query: string, columns: readonly string[]) =>
  `(${columns.map(quoteIdentifier).join(', ')}) IN (${query}\n)`

/**
 * The columns of the primary key in the order of the query, as far as it calls them by their names: an ORM has the key in the order of
 * its own fields, and of columns of one type the wrong rows would be found. Columns by other names are taken in the order of the key.
 */
function keyColumns({ table: { primaryKey }, fields }: QueryShape): readonly string[] {
  const names = fields.map(({ name }) => name)
  return primaryKey.every((name) => names.includes(name)) ? names : primaryKey
}

function amongRows(query: string, { table, fields }: QueryShape): string {
  const names = new Set(fields.map(({ name }) => name))
  const { primaryKey } = table
  const isByKey = primaryKey.length > 0 && primaryKey.every((name) => names.has(name))
  const columns = isByKey ? primaryKey : table.columns.flatMap(({ name, isGenerated }) => (isGenerated ? [] : [name]))
  const ours = columns.map(quoteIdentifier)
  const theirs = ours.map((name) => `"query".${name}`)
  const from = `FROM (${query}\n) AS "query"`
  if (isByKey) return `(${ours.join(', ')}) IN (SELECT ${theirs.join(', ')} ${from})`
  // Not every type can be compared; every type has a text.
  const textOf = (names: readonly string[]) => `ROW(${names.join(', ')})::pg_catalog.text`
  return `${textOf(ours)} IN (SELECT ${textOf(theirs)} ${from})`
}

function checkKeys({ table, oid, columnNumbers, fields }: QueryShape, key: readonly string[] | undefined): void {
  const { primaryKey } = table
  if (primaryKey.length === 0)
    throw wrongFilter(
      'A query selects rows by their primary key, which the table has not.',
      'give a condition as sql`…`',
    )
  const isKey = key === undefined || (key.length === fields.length && primaryKey.every((name) => key.includes(name)))
  const others = [...columnNumbers].filter(
    ([name, number]) =>
      !primaryKey.includes(name) && fields.some(({ tableID, columnID }) => tableID === oid && columnID === number),
  )
  if (fields.length === primaryKey.length && isKey && others.length === 0) return
  const names = key ?? (fields.length === primaryKey.length ? others.map(([name]) => name) : [])
  const selected = names.length > 0 ? `(${names.join(', ')})` : `${fields.length} columns`
  throw wrongFilter(
    `Expected the query to select the primary key (${primaryKey.join(', ')}), it selects ${selected}.`,
    'select exactly the columns of the primary key, by their names or in its order',
  )
}

/** A filter chooses rows. One that would change them, or take them from elsewhere, must not be taken for one that does. */
function checkColumns({ table, oid, columnNumbers, fields }: QueryShape): void {
  const names = fields.map(({ name }) => name)
  const missing = table.columns.filter(({ name, isGenerated }) => !isGenerated && !names.includes(name))
  const strange = names.filter((name, index) => !columnNumbers.has(name) || names.indexOf(name) < index)
  const foreign = fields.filter(
    ({ name, tableID, columnID }) =>
      columnNumbers.has(name) && (tableID !== oid || columnID !== columnNumbers.get(name)),
  )
  const faults = [
    missing.length > 0 && `lacks ${missing.map(({ name }) => name).join(', ')}`,
    strange.length > 0 && `has too many: ${strange.join(', ')}`,
    foreign.length > 0 && `takes ${foreign.map(({ name }) => name).join(', ')} not from the table`,
  ].filter(Boolean)
  if (faults.length === 0) return
  throw wrongFilter(
    `Expected the columns of ${table.schema}.${table.name}; the query ${faults.join(', ')}.`,
    `begin it with SELECT ${table.name}.*, as a filter chooses rows and does not change them; a UNION is an OR in its condition`,
  )
}
