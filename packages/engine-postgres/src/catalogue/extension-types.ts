import type pg from 'pg'

/** Types that extensions brought, such as citext, as far as something of the user's is of them. */
export interface ExtensionTypes {
  /** Where they are, and with them their operators. */
  readonly schemas: readonly string[]
  /** The tables that have columns of them, by oid. */
  readonly tables: ReadonlySet<number>
}

// A column, or a domain, depends on its type: https://www.postgresql.org/docs/current/catalog-pg-depend.html
const typesSql = `
  SELECT n.nspname AS schema,
         coalesce(array_agg(DISTINCT used.objid::int8::text) FILTER (WHERE used.classid = 'pg_class'::regclass), '{}') AS tables
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_depend member ON member.classid = 'pg_type'::regclass AND member.objid = t.oid AND member.deptype = 'e'
  JOIN pg_depend used ON used.refclassid = 'pg_type'::regclass AND used.refobjid IN (t.oid, t.typarray) AND used.deptype = 'n'
   AND used.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
  WHERE t.typtype = 'b' AND n.nspname <> 'pg_catalog'
  GROUP BY n.nspname ORDER BY n.nspname`

export async function readExtensionTypes(client: pg.ClientBase): Promise<ExtensionTypes> {
  const { rows } = await client.query<{ schema: string; tables: string[] }>(typesSql)
  return {
    schemas: rows.map(({ schema }) => schema),
    tables: new Set(rows.flatMap(({ tables }) => tables.map(Number))),
  }
}
