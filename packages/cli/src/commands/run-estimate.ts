import { estimate, formatBytes, formatCount, type TableEstimate } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { sourceDatabase } from '../arguments/database.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { formatTable } from '../terminal/table.ts'
import { formatTableName } from '../terminal/table-name.ts'
import type { EstimateFlags } from './estimate.ts'
import { filtersOf } from './filters-of.ts'
import { patternsOf } from './selection-flags.ts'
import { sourceOptions } from './source-options.ts'

export async function runEstimate(
  flags: EstimateFlags,
  database: string | undefined,
  config: ProjectConfig,
): Promise<void> {
  const chosen = sourceDatabase(database, process.env, config)
  const engine = postgres({ ...chosen.options, ...sourceOptions(flags) })
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  reporter.say(`database: ${engine.location} (from ${chosen.origin})`)
  try {
    const options = { engine, ...patternsOf(flags), ...filtersOf(flags), exact: flags.exact ?? false, onEvent, log }
    const { tables } = await untilInterrupted((signal) => estimate({ ...options, signal }))
    reporter.end()
    if (!flags.json) process.stdout.write(`${describe(tables, flags.exact ? 'rows' : 'rows (estimated)')}\n`)
  } finally {
    reporter.end()
  }
}

type Numbers = Pick<TableEstimate, 'rows' | 'allRows' | 'bytes' | 'allBytes'>

function describe(tables: readonly TableEstimate[], rowsTitle: string): string {
  const figures = ({ rows, allRows, bytes, allBytes }: Numbers) => [
    ...[formatCount(rows), formatCount(allRows)],
    ...[formatBytes(bytes), formatBytes(allBytes)],
  ]
  const sumOf = (key: keyof Numbers) => tables.reduce((sum, table) => sum + table[key], 0)
  const total = { rows: sumOf('rows'), allRows: sumOf('allRows'), bytes: sumOf('bytes'), allBytes: sumOf('allBytes') }
  const rows = tables.map((table) => [formatTableName(table), ...figures(table), table.filter ?? ''])
  const header = ['table', rowsTitle, 'of', 'size on disk', 'of', 'filter']
  return formatTable(header, [...rows, ['all', ...figures(total), '']])
}
