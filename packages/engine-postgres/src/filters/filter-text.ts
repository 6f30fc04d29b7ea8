import {
  didYouMean,
  type Filter,
  type FilterContext,
  type FilterInput,
  isPgarkError,
  type Sql,
  type TableInfo,
} from '@pgark/core'
import { tokenize } from '@pgark/pg-sql'
import { type Template, templateOfQuery, templateOfSql } from './template.ts'
import { wrongFilter } from './wrong-filter.ts'

/** A filter as SQL over its table, not yet seen by the server. */
export interface FilterText extends Template {
  /** What stands after WHERE; a query for the keys of rows; a whole SELECT over the table. */
  readonly kind: 'condition' | 'keys' | 'select'
  /** Of a query for keys: the columns of the table that it selects, where it says so. */
  readonly key?: readonly string[]
}

/** What a filter is called where it is spoken of. */
export function filterName(input: FilterInput): string {
  if (isFilter(input)) return input.name
  return isSql(input) ? 'sql' : 'query'
}

/** Asks a filter for its SQL. */
export async function filterText(
  input: FilterInput,
  table: TableInfo,
  context: Omit<FilterContext, 'column'>,
): Promise<FilterText> {
  if (typeof input === 'string') return { kind: 'select', ...templateOfQuery({ text: selectIn(input), values: [] }) }
  if (isFilter(input)) return { kind: 'condition', ...templateOfSql(await ask(input, table, context)) }
  if (isSql(input)) return { kind: 'condition', ...templateOfSql(input) }
  const { text, values, key } = input
  return { kind: 'keys', ...templateOfQuery({ text: selectIn(text), values }), ...(key && { key }) }
}

async function ask(filter: Filter, table: TableInfo, context: Omit<FilterContext, 'column'>): Promise<Sql> {
  const column = (name: string) => {
    const found = table.columns.find((one) => one.name === name)
    if (found) return found
    throw wrongFilter(
      `${table.schema}.${table.name} has no column ${name}.`,
      didYouMean(
        name,
        table.columns.map((one) => one.name),
      ),
    )
  }
  let answer: unknown
  try {
    answer = await filter.where(table, { ...context, column })
  } catch (error) {
    if (isPgarkError(error) || context.signal.aborted) throw error
    throw wrongFilter(`Its where() failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof answer === 'object' && answer !== null && isSql(answer)) return answer
  throw wrongFilter('Its where() answered no SQL.', 'return sql`…`')
}

/** A query without the semicolon that may end it. */
function selectIn(text: string): string {
  const first = [...tokenize(text)].find(({ type, text: token }) => type !== 'comment' && token !== '(')
  if (queryWords.has(first?.text.toLowerCase() ?? '')) return text.replace(/[\s;]+$/, '')
  throw wrongFilter('It is no SELECT.', 'give a whole SELECT over the table, or a condition as sql`…`')
}

const queryWords = new Set(['select', 'with', 'table', 'values'])

const isFilter = (input: FilterInput): input is Filter =>
  typeof input === 'object' && 'where' in input && typeof input.where === 'function'

const isSql = (input: object | string): input is Sql =>
  typeof input === 'object' &&
  'parts' in input &&
  'text' in input &&
  Array.isArray(input.text) &&
  Array.isArray(input.parts)
