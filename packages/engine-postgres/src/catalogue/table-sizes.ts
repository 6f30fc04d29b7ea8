import type pg from 'pg'

export interface TableSize {
  /** On disk, TOAST included, indexes not. */
  readonly bytes: number
  /** Of its own file; 0 where the table cannot be read in ranges of them: it is no heap, or the role may read columns only. */
  readonly blocks: number
}

// Not pg_table_size(), which asks the file system about twenty files of every table. Column privileges do not cover ctid. pg_am: https://www.postgresql.org/docs/current/catalog-pg-am.html
const sizesSql = `
  SELECT c.oid::int8::text AS oid,
         (pg_relation_size(c.oid) + CASE c.reltoastrelid WHEN 0 THEN 0 ELSE coalesce(pg_relation_size(c.reltoastrelid), 0) END)::float8 AS bytes,
         CASE WHEN am.amname = 'heap' AND has_table_privilege(c.oid, 'SELECT')
              THEN (pg_relation_size(c.oid) / current_setting('block_size')::int8)::float8 END AS blocks
  FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam
  WHERE c.oid = ANY ($1::oid[])`

/** Sizes by oid. Waits for locks, so it is asked about tables that are locked. */
export async function readTableSizes(
  client: pg.ClientBase,
  oids: readonly number[],
): Promise<ReadonlyMap<number, TableSize>> {
  const { rows } = await client.query(sizesSql, [oids])
  return new Map(rows.map((row) => [Number(row.oid), { bytes: row.bytes ?? 0, blocks: row.blocks ?? 0 }]))
}
