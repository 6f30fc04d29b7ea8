import { estimate, formatBytes, formatCount, type TableEstimate } from '@pgark/core'
import type { ProjectConfig } from '../config/project-config.ts'
import { formatTable } from '../terminal/table.ts'
import { formatTableName } from '../terminal/table-name.ts'
import type { EstimateFlags } from './estimate.ts'
import { runPlanned } from './run-planned.ts'

export async function runEstimate(
  flags: EstimateFlags,
  database: string | undefined,
  config: ProjectConfig,
): Promise<void> {
  await runPlanned(flags, database, config, async (options, reporter) => {
    const { tables } = await estimate({ ...options, exact: flags.exact ?? false })
    reporter.end()
    if (!flags.json) process.stdout.write(`${describe(tables, flags.exact ? 'rows' : 'rows (estimated)')}\n`)
  })
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
