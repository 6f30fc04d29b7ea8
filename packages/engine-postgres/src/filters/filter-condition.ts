import type { FilterContext, FilterInput } from '@pgark/core'
import { describeCondition, describeQuery, type Inspection } from './describe-filter.ts'
import { type FilterText, filterText } from './filter-text.ts'
import { withOneInstant } from './one-instant.ts'
import { queryCondition } from './query-condition.ts'
import { refuseOtherOperators } from './refuse-other-operators.ts'
import { refuseVolatile } from './volatile-calls.ts'

/** What a filter comes to for one table. */
export interface FilterCondition {
  /** With `$1` for the first value. */
  readonly text: string
  /** With the values inlined. */
  readonly condition: string
  readonly values: readonly (string | null)[]
}

/** Asks a filter for its SQL, and the server what it thinks of that. Throws `USAGE.FILTER` with the first thing that is wrong. */
export async function filterCondition(
  input: FilterInput,
  inspection: Inspection,
  context: Omit<FilterContext, 'column'>,
): Promise<FilterCondition> {
  const asked = await filterText(input, inspection.table, context)
  const given: FilterText = { ...asked, text: withOneInstant(asked.text, context.now) }
  await refuseVolatile(inspection.client, given.text, inspection.searchPath)
  const template = given.kind === 'condition' ? given : await conditionOfQuery(given, inspection)
  const { sql, values } = await describeCondition(inspection, template)
  return { text: template.text, condition: sql, values }
}

async function conditionOfQuery(query: FilterText, inspection: Inspection): Promise<FilterText> {
  const { client, table, relation } = inspection
  const fields = await describeQuery(inspection, query)
  // It says the key: an ORM has made it, to mean what it means in the application.
  if (query.key) await refuseOtherOperators(inspection, query)
  const { rows } = await client.query<{ name: string; number: number }>(
    'SELECT attname AS name, attnum AS number FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped',
    [relation.oid],
  )
  const columnNumbers = new Map(rows.map(({ name, number }) => [name, number]))
  return queryCondition(query, { table, oid: relation.oid, columnNumbers, fields })
}
