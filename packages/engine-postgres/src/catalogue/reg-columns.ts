import type pg from 'pg'

// pg_type: https://www.postgresql.org/docs/current/catalog-pg-type.html
// Object identifier types: https://www.postgresql.org/docs/current/datatype-oid.html
const regSql = `
  WITH RECURSIVE parts (tab, type) AS (
    SELECT attrelid, atttypid FROM pg_attribute WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped
    UNION
    SELECT parts.tab, part.type FROM parts JOIN pg_type t ON t.oid = parts.type
    CROSS JOIN LATERAL (
      SELECT t.typelem UNION ALL SELECT t.typbasetype
      UNION ALL SELECT atttypid FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped
      UNION ALL SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid) part (type)
    WHERE part.type <> 0)
  SELECT DISTINCT parts.tab::int8::text AS oid FROM parts JOIN pg_type t ON t.oid = parts.type
  WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typname ~ '^reg'`

/** Those of the tables in whose rows a name can stand, whose text depends on the search_path: regclass and its kind, also within other types. */
export async function tablesWithReg(client: pg.ClientBase, oids: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await client.query(regSql, [oids])
  return new Set(rows.map(({ oid }) => Number(oid)))
}
