import type { TableName } from '@pgark/core'
import type pg from 'pg'

/** A relation that takes part in a backup or that a pattern can name. */
export interface Relation extends TableName {
  readonly oid: number
  /** `pg_class.relkind`: r table, p partitioned table, v view, m materialised view, S sequence, f foreign table. */
  readonly kind: string
  /** The file with its rows as this transaction sees it; 0 where it has none. */
  readonly filenode: number
  /** The file with its rows as it is now, whatever this transaction sees. */
  readonly currentFilenode: number
  /** The planner's estimate; -1 when never analysed. */
  readonly estimatedRows: number
  /** The condition on rows that are the user's own in a table of an extension; undefined for tables that belong to no extension. */
  readonly extensionCondition: string | undefined
  /** Found by the role's own search_path, without naming its schema. */
  readonly isVisible: boolean
  /** An unlogged relation on a standby: there it is defined, but its content is on the primary only. */
  readonly isWithoutContent: boolean
}

// pg_class: https://www.postgresql.org/docs/current/catalog-pg-class.html
// pg_extension.extconfig, extcondition: https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES
// A relation without a schema before its name is the first of that name in the search_path, given as $1.
const listSql = `
  SELECT c.oid::int8::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
         c.relfilenode::int8::text AS filenode, coalesce(pg_relation_filenode(c.oid), 0)::int8::text AS current_filenode,
         c.reltuples::float8 AS rows, config.condition,
         array_position($1::text[], n.nspname::text) IS NOT NULL AND NOT EXISTS (
           SELECT FROM pg_class other JOIN pg_namespace space ON space.oid = other.relnamespace
           WHERE other.relname = c.relname
             AND array_position($1::text[], space.nspname::text) < array_position($1::text[], n.nspname::text)) AS visible,
         c.relpersistence = 'u' AND pg_is_in_recovery() AS without_content
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend member
    ON member.classid = 'pg_class'::regclass AND member.objid = c.oid AND member.objsubid = 0
   AND member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e'
  LEFT JOIN LATERAL (
    SELECT e.extcondition[array_position(e.extconfig, c.oid)] AS condition
    FROM pg_extension e WHERE e.oid = member.refobjid AND c.oid = ANY (e.extconfig)) config ON true
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (member.objid IS NULL OR config.condition IS NOT NULL)
  ORDER BY n.nspname, c.relname`

/** Every relation of the user: no system schemas, no temporary ones, of extensions only what is configuration. */
export async function listRelations(client: pg.ClientBase, searchPath: readonly string[]): Promise<Relation[]> {
  const { rows } = await client.query(listSql, [searchPath])
  return rows.map((row) => ({
    oid: Number(row.oid),
    schema: row.schema,
    name: row.name,
    kind: row.kind,
    filenode: Number(row.filenode),
    currentFilenode: Number(row.current_filenode),
    estimatedRows: row.rows,
    extensionCondition: row.condition ?? undefined,
    isVisible: row.visible,
    isWithoutContent: row.without_content,
  }))
}

/** The schemas that the role looks into, pg_catalog included. The one question that is asked before the path is emptied. */
export async function readSearchPath(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query('SELECT pg_catalog.current_schemas(true)::pg_catalog.text[] AS path')
  return rows[0].path
}

/** Has rows of its own that belong into a backup. */
export const isTable = (relation: Relation) => relation.kind === 'r'
/** Is locked for the time of the backup, as pg_dump does. */
export const isLockable = (relation: Relation) => relation.kind === 'r' || relation.kind === 'p'

/** The user's schemas, also those without a relation. */
export async function listSchemas(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query(
    "SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname",
  )
  return rows.map(({ name }) => name)
}
