import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'

// The text of these depends on the search_path; so does that of what is made of them.
// https://www.postgresql.org/docs/current/datatype-oid.html
const namingTablesSql = `
  WITH RECURSIVE naming (oid) AS (
    SELECT unnest('{regproc,regprocedure,regoper,regoperator,regclass,regtype,regconfig,regdictionary,regcollation}'::regtype[])::oid
    UNION
    SELECT made.oid FROM naming CROSS JOIN LATERAL (
      SELECT t.oid FROM pg_type t WHERE t.typelem = naming.oid OR t.typbasetype = naming.oid
      UNION ALL
      SELECT r.rngtypid FROM pg_range r WHERE r.rngsubtype = naming.oid
      UNION ALL
      SELECT c.reltype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.atttypid = naming.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0) made)
  SELECT DISTINCT a.attrelid::int8::text AS oid FROM pg_attribute a JOIN naming ON naming.oid = a.atttypid
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`

/**
 * The schema in which the names of a table's filter are looked up: its own, or none (undefined) where the table has values whose text
 * depends on it. By oid.
 */
export async function readSearchPaths(
  client: pg.ClientBase,
  relations: readonly Relation[],
): Promise<ReadonlyMap<number, string | undefined>> {
  const { rows } = await client.query(namingTablesSql, [relations.map(({ oid }) => oid)])
  const naming = new Set(rows.map(({ oid }) => Number(oid)))
  return new Map(relations.map(({ oid, schema }) => [oid, naming.has(oid) ? undefined : schema]))
}

/** A statement that finds names in that schema, within a transaction in which the path is otherwise empty. */
export const underSearchPath = (sql: string, schema: string | undefined): string =>
  !schema ? sql : `SET LOCAL search_path = ${quoteLiteral(schema)}; ${sql}; SET LOCAL search_path = ''`

/** The rows that a statement without parameters answers under that path. */
export async function askUnderSearchPath<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  schema: string | undefined,
): Promise<Row[]> {
  const results = (await client.query(underSearchPath(sql, schema))) as unknown as
    | pg.QueryResult<Row>
    | pg.QueryResult<Row>[]
  return (Array.isArray(results) ? results : [results]).flatMap(({ rows }) => rows)
}
