import type pg from 'pg'

/** Bytes on disk of each table, TOAST included, indexes not, by oid. Waits for locks, so it is asked about tables that are locked. */
export async function readTableSizes(
  client: pg.ClientBase,
  oids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query(
    'SELECT oid::int8::text AS oid, pg_table_size(oid)::float8 AS bytes FROM unnest($1::oid[]) oid',
    [oids],
  )
  return new Map(rows.map((row) => [Number(row.oid), row.bytes ?? 0]))
}
