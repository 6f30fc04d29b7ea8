import { createHash } from 'node:crypto'
import type { RecordedFilter } from '@pgark/core'

/** A filter as it is written into the backup. */
export function recordFilter(
  { name, sql, values }: { name: string; sql: string; values: readonly (string | null)[] },
  withValues: boolean,
): RecordedFilter {
  const valuesSha256 = createHash('sha256').update(JSON.stringify(values)).digest('hex')
  return { name, sql, valueCount: values.length, valuesSha256, ...(withValues && { values }) }
}
