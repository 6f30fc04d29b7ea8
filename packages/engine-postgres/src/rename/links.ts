import type { Finding, Renames, TableName } from '@pgark/core'
import type pg from 'pg'

/** Old and new names of what was restored beside what has the old ones. */
export interface Beside {
  readonly schemas: ReadonlyMap<string, string>
  readonly tables: readonly { readonly from: TableName; readonly to: TableName }[]
}

const inSchemas = [
  ['pg_class', 'relnamespace'],
  ['pg_type', 'typnamespace'],
  ['pg_proc', 'pronamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_statistic_ext', 'stxnamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_parser', 'prsnamespace'],
  ['pg_ts_template', 'tmplnamespace'],
] as const
const objectsIn = (schemas: string) =>
  inSchemas
    .map(
      ([catalogue, column]) =>
        `SELECT '${catalogue}'::regclass::oid AS classid, oid AS objid FROM ${catalogue} WHERE ${column} IN (SELECT oid FROM pg_namespace WHERE nspname = ANY (${schemas}))`,
    )
    .join('\n    UNION ALL ')
const tablesNamed = (schemas: string, names: string) => `
    SELECT 'pg_class'::regclass::oid, c.oid FROM unnest(${schemas}::text[], ${names}::text[]) AS named (schema, name)
    JOIN pg_namespace n ON nspname = named.schema JOIN pg_class c ON relnamespace = n.oid AND relname = named.name`

/**
 * What belongs to the copies, such as defaults, constraints and rules, depends on them automatically or internally; and so does what
 * belongs to the originals.
 */
// https://www.postgresql.org/docs/current/catalog-pg-depend.html
const linksSql = `
  WITH RECURSIVE copy (classid, objid) AS (
    ${objectsIn('$1')}
    UNION ALL ${tablesNamed('$3', '$4')}
    UNION SELECT d.classid, d.objid FROM pg_depend d JOIN copy ON d.refclassid = copy.classid AND d.refobjid = copy.objid
    WHERE d.deptype IN ('a', 'i', 'P', 'S')
  ), original (classid, objid) AS (
    ${objectsIn('$2')}
    UNION ALL ${tablesNamed('$5', '$6')}
    UNION SELECT d.classid, d.objid FROM pg_depend d JOIN original o ON d.refclassid = o.classid AND d.refobjid = o.objid
    WHERE d.deptype IN ('a', 'i', 'P', 'S')
  )
  SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0) AS copy, pg_describe_object(d.refclassid, d.refobjid, 0) AS original
  FROM pg_depend d JOIN copy USING (classid, objid)
  JOIN original o ON o.classid = d.refclassid AND o.objid = d.refobjid
  WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')
    AND NOT EXISTS (SELECT FROM copy c WHERE c.classid = d.refclassid AND c.objid = d.refobjid)
  ORDER BY 1, 2`

/** The links of what is in `public` before anything is restored there: no other schema is there under a new name. */
export async function linksIntoPublic(client: pg.ClientBase, { schemas }: Renames): Promise<readonly string[]> {
  const intoPublic = Object.entries(schemas).filter(([, to]) => to === 'public')
  const links = await linksToOriginal(client, { schemas: new Map(intoPublic), tables: [] })
  return links.map(({ message }) => message)
}

/** Asks the server whether a copy depends on what it was to be independent of: everything that does is an error. */
export async function linksToOriginal(client: pg.ClientBase, { schemas, tables }: Beside): Promise<Finding[]> {
  const { rows } = await client.query(linksSql, [
    [...schemas.values()],
    [...schemas.keys()],
    tables.map(({ to }) => to.schema),
    tables.map(({ to }) => to.name),
    tables.map(({ from }) => from.schema),
    tables.map(({ from }) => from.name),
  ])
  return rows.map(({ copy, original }) => ({
    severity: 'error',
    code: 'RESTORE.LINKED',
    message: `The ${copy}, which was restored under a new name, depends on the ${original}, which has the old one.`,
  }))
}
