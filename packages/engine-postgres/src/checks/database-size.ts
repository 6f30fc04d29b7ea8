import { type Finding, formatBytes, formatDuration, formatNumberOf } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

/** What one connection reads, compresses and stores on a small machine, of rows as they are on disk. */
const assumedBytesPerSecond = 50e6

// Sizes by the planner's page counts: pg_table_size() would wait for whoever holds a lock. Of what was never analysed or vacuumed
// they know nothing, so there the file is looked at, unless somebody has locked its table.
// https://www.postgresql.org/docs/current/catalog-pg-class.html
const sizeSql = `
  WITH held AS (SELECT relation FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock')
  SELECT coalesce(sum(CASE WHEN c.relpages = 0 AND c.oid NOT IN (SELECT relation FROM held) THEN pg_table_size(c.oid)
                           ELSE (c.relpages + coalesce(t.relpages, 0))::int8 * current_setting('block_size')::int8 END), 0)::float8 AS bytes,
         pg_table_size('pg_largeobject')::float8 AS "largeObjectBytes"
  FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = ANY ($1::oid[])`

/** Rows and large objects as they are on disk. */
export async function readDataSize({ client, selected }: CheckedSource): Promise<number> {
  const { rows } = await client.query(sizeSql, [selected.withRows.map(({ oid }) => oid)])
  return rows[0].bytes + rows[0].largeObjectBytes
}

/** How much there is to read, and about how long that takes. */
export function databaseSize({ selected }: CheckedSource, sizeBytes: number): Finding {
  const tables = formatNumberOf(selected.withRows.length, 'table')
  const duration = formatDuration((sizeBytes / assumedBytesPerSecond) * 1000)
  return {
    severity: 'info',
    code: 'DOCTOR.SIZE',
    message: `${tables}, ${formatBytes(sizeBytes)} of rows and large objects on disk: about ${duration}, assuming ${formatBytes(assumedBytesPerSecond)} a second.`,
    hint: 'leave out what need not be backed up (--exclude-table-data) where that is too long',
  }
}
