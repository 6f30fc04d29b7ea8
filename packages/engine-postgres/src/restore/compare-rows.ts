import type { Contents, Finding, RestoredTable } from '@pgark/core'

/** Restored rows against what the backup says, table by table; nothing to compare with where there is no manifest. */
export function compareRows(restored: readonly RestoredTable[], contents: Contents | undefined): Finding[] {
  if (!contents) return []
  const findings: Finding[] = restored
    .filter(({ rows, expectedRows }) => rows !== expectedRows)
    .map(({ schema, name, rows, expectedRows }) => ({
      severity: 'error',
      code: 'DAMAGE.ROW_COUNT',
      message: `${schema}.${name} has ${rows} rows, the backup has ${expectedRows ?? 'no such table'}.`,
    }))
  for (const { schema, name } of contents.tables.slice(restored.length)) {
    findings.push({
      severity: 'error',
      code: 'DAMAGE.ROW_COUNT',
      message: `${schema}.${name} is missing, the backup has it.`,
    })
  }
  return findings
}
