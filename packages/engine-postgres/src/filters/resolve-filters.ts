import type { BackupRequest, Finding, Sql } from '@pgark/core'
import type pg from 'pg'
import type { SelectedRelations } from '../selection/select-relations.ts'
import type { TableFilters } from './table-filter.ts'

export async function resolveFilters(
  _client: pg.ClientBase,
  selected: SelectedRelations,
  request: Pick<BackupRequest, 'filters' | 'filterValues' | 'selection'>,
  _context: { serverVersion: string; signal: AbortSignal },
): Promise<{ filters: TableFilters; findings: readonly Finding[] }> {
  const filters = new Map()
  for (const [key, input] of Object.entries(request.filters)) {
    const condition = (input as Sql).text.join('')
    const recorded = { name: 'sql', sql: condition, valueCount: 0, valuesSha256: '0'.repeat(64) }
    for (const relation of selected.withRows)
      if (key === relation.name || key === `${relation.schema}.${relation.name}`)
        filters.set(relation.oid, {
          name: 'sql',
          condition,
          alias: relation.name,
          searchPath: relation.schema,
          recorded,
        })
  }
  return { filters, findings: [] }
}
