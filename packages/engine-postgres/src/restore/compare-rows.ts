import type { Contents, Finding, RestoredTable } from '@pgark/core'

/** Restored rows against what the backup says, table by table: by its manifest, or where it has none by the rows in the script. */
export function compareRows(restored: readonly RestoredTable[], contents: Contents | undefined): Finding[] {
  const findings: Finding[] = restored
    .filter(({ rows, expectedRows }) => rows !== expectedRows && (contents || expectedRows !== undefined))
    .map(({ schema, name, rows, expectedRows }) => ({
      severity: 'error',
      code: 'DAMAGE.ROW_COUNT',
      message: `${schema ? `${schema}.` : ''}${name} has ${rows} rows, the backup has ${expectedRows ?? 'no such table'}.`,
      ...(!contents && { hint: 'a trigger or rule of the target may have kept rows out' }),
    }))
  for (const { schema, name } of contents?.tables.slice(restored.length) ?? []) {
    findings.push({
      severity: 'error',
      code: 'DAMAGE.ROW_COUNT',
      message: `${schema}.${name} is missing, the backup has it.`,
    })
  }
  return findings
}
