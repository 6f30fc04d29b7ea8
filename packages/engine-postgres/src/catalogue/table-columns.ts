import type { TableName } from '@pgark/core'
import type pg from 'pg'

/** How one table's rows are read and loaded. */
export interface TableShape {
  /**
   * Without generated columns, whose values the target computes; in the table's order, or in that of the root that its rows are
   * loaded into: whatever partition a row is in, its text is then the same.
   */
  readonly columns: readonly string[]
  /** The root of its partition tree, where rows must be loaded through it. */
  readonly loadInto: TableName | undefined
}

// Enum values hash by their oid, which differs from database to database: a row may belong to another partition after a restore.
// Arrays, composites and ranges may contain them.
// https://www.postgresql.org/docs/current/catalog-pg-partitioned-table.html
const shapeSql = `
  WITH unsafe AS (
    SELECT p.partrelid FROM pg_partitioned_table p
    WHERE p.partstrat = 'h' AND EXISTS (
      SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod
      WHERE o.opcname IN ('enum_ops', 'array_ops', 'record_ops', 'range_ops', 'multirange_ops')
        AND o.opcnamespace = 'pg_catalog'::regnamespace AND a.amname = 'hash' AND o.oid = ANY (p.partclass)))
  SELECT c.oid::int8::text AS oid, coalesce(cols.names, '{}') AS columns, root.nspname AS root_schema, root.relname AS root_name
  FROM pg_class c
  LEFT JOIN LATERAL (
    SELECT r.oid, n.nspname, r.relname FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE c.relispartition AND r.oid = pg_partition_root(c.oid)
      AND EXISTS (SELECT FROM pg_partition_ancestors(c.oid) up JOIN unsafe ON unsafe.partrelid = up.relid)) root ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names
    FROM pg_attribute a
    WHERE a.attrelid = coalesce(root.oid, c.oid) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') cols ON true
  WHERE c.oid = ANY ($1::oid[])`

/** The shapes of tables, by oid. */
export async function readTableShapes(
  client: pg.ClientBase,
  oids: readonly number[],
): Promise<ReadonlyMap<number, TableShape>> {
  const { rows } = await client.query(shapeSql, [oids])
  return new Map(
    rows.map((row) => [
      Number(row.oid),
      {
        columns: row.columns,
        loadInto: row.root_name === null ? undefined : { schema: row.root_schema, name: row.root_name },
      },
    ]),
  )
}
