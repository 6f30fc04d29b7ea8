import {
  type BackupRequest,
  type FilterContext,
  type Finding,
  isPgarkError,
  type Problem,
  refuseProblems,
  type TableInfo,
} from '@pgark/core'
import type pg from 'pg'
import { readExtensionTypes } from '../catalogue/extension-types.ts'
import { tablesWithReg } from '../catalogue/reg-columns.ts'
import { readTableInfos } from '../catalogue/table-info.ts'
import type { SelectedRelations } from '../selection/select-relations.ts'
import { filterCondition } from './filter-condition.ts'
import { filterName } from './filter-text.ts'
import { type MatchedTable, matchTables } from './match-tables.ts'
import { recordFilter } from './record-filter.ts'
import { searchPathFor } from './search-path.ts'
import type { TableFilter, TableFilters } from './table-filter.ts'
import { warnOfChildren } from './warn-of-children.ts'
import { wrongFilter } from './wrong-filter.ts'

/**
 * The filters of a backup, by the tables whose rows they choose, each seen by the server. A partitioned table's filter is that of each
 * of its partitions. Throws `USAGE.FILTER` with everything that is wrong with any of them; reads no rows.
 *
 * @param client in the transaction with the snapshot, which reads only and has the pinned settings
 */
export async function resolveFilters(
  client: pg.ClientBase,
  selected: SelectedRelations,
  { filters, filterValues }: Pick<BackupRequest, 'filters' | 'filterValues'>,
  context: Pick<FilterContext, 'serverVersion' | 'signal'>,
): Promise<{ filters: TableFilters; findings: readonly Finding[] }> {
  const problems: Problem[] = []
  const resolved = new Map<number, TableFilter>()
  const findings: Finding[] = []
  if (Object.keys(filters).length === 0) return { filters: resolved, findings }
  const matched = await matchTables(client, selected, filters, problems)
  const relations = matched.map(({ relation }) => relation)
  const tables = await readTableInfos(client, relations)
  const withReg = await tablesWithReg(
    client,
    relations.map(({ oid }) => oid),
  )
  const extensionTypes = await readExtensionTypes(client)
  const { rows } = await client.query('SELECT now()::text AS now')
  for (const [index, match] of matched.entries()) {
    const { key, input, relation, holders } = match
    const name = filterName(input)
    const searchPath = withReg.has(relation.oid) ? [] : searchPathFor(relation.schema, extensionTypes)
    const table = tables[index] as TableInfo
    const { schemas: extensionSchemas } = extensionTypes
    const inspection = { client, relation, table, searchPath, extensionSchemas, relations: selected.all }
    try {
      if (searchPath.length === 0 && extensionTypes.tables.has(relation.oid)) throw withoutOperators()
      const { text, condition, values } = await filterCondition(input, inspection, { ...context, now: rows[0].now })
      const recorded = recordFilter({ name, sql: text, values }, filterValues)
      for (const { oid } of holders) {
        resolved.set(oid, { name, condition, alias: relation.name, searchPath, recorded })
      }
      if (relation.kind === 'p') findings.push(toldOfPartitions(match, name))
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason
      if (!isPgarkError(error) || !error.code.startsWith('USAGE.')) throw error
      const which = key === relation.name ? key : `${relation.schema}.${relation.name}`
      const message = `The filter ${name} for ${which}: ${error.message}`
      problems.push({ message, ...(error.hint !== undefined && { hint: error.hint }) })
    }
  }
  refuseProblems(problems, 'USAGE.FILTER')
  findings.push(...(await warnOfChildren(client, matched, selected, resolved)))
  return { filters: resolved, findings }
}

/** By name: a comparison that finds no operator of the type would silently be one of texts. */
const withoutOperators = () =>
  wrongFilter(
    'The table has columns of a type like regclass, so that names have to be qualified, and of a type of an extension, whose operators have no names to qualify.',
    'leave its filter out, or the table',
  )

const toldOfPartitions = ({ key, holders }: MatchedTable, name: string): Finding => ({
  severity: 'info',
  code: 'FILTER.PARTITIONS',
  message: `The filter ${name} for ${key} applies to ${holders.length} partition${holders.length === 1 ? '' : 's'}.`,
})
