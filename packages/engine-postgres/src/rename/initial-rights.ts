import type { TocEntry } from '@pgark/pg-archive'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import { inUnicode } from '../restore/parallel/in-unicode.ts'
import type { Beside } from './links.ts'

// pg_dump says of rights what differs from those that the server gives by itself, and writes default privileges last. In a database
// that has default privileges already, what is made gets theirs instead: a copy could be read by those who may not read the original.
// https://www.postgresql.org/docs/current/ddl-priv.html

/** As `pg_default_acl` calls kinds of objects, and as GRANT does. */
const kinds: Readonly<Record<string, { readonly kind: string; readonly word: string }>> = {
  TABLE: { kind: 'r', word: 'TABLE' },
  VIEW: { kind: 'r', word: 'TABLE' },
  'MATERIALIZED VIEW': { kind: 'r', word: 'TABLE' },
  'FOREIGN TABLE': { kind: 'r', word: 'TABLE' },
  SEQUENCE: { kind: 'S', word: 'SEQUENCE' },
  FUNCTION: { kind: 'f', word: 'ROUTINE' },
  PROCEDURE: { kind: 'f', word: 'ROUTINE' },
  AGGREGATE: { kind: 'f', word: 'ROUTINE' },
  TYPE: { kind: 'T', word: 'TYPE' },
  DOMAIN: { kind: 'T', word: 'TYPE' },
  SCHEMA: { kind: 'n', word: 'SCHEMA' },
}

/** What new objects of a kind get, by whoever asks, that is not what the server gives by itself. */
interface Deviation {
  readonly kind: string
  /** The number of the schema, from 1. */
  readonly at: number
  /** Who gets too much. In the encoding that was asked for. */
  readonly revoked: readonly Buffer[]
  /** What is lacking, as `EXECUTE TO PUBLIC`. */
  readonly granted: readonly string[]
}

// `acldefault` has another letter for sequences than `pg_default_acl`.
const deviationsSql = `
  WITH me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
  asked AS (
    SELECT kind, at::int, me.oid AS me, n.oid AS namespace,
           acldefault((CASE kind WHEN 'S' THEN 's' ELSE kind END)::"char", me.oid) AS initial
    FROM me, unnest(ARRAY['r', 'S', 'f', 'T', 'n']) AS kinds (kind),
         unnest($1::text[]) WITH ORDINALITY AS schemas (schema, at) LEFT JOIN pg_namespace n ON nspname = schema),
  initial AS (SELECT kind, at, me, grantee, privilege_type, is_grantable FROM asked, aclexplode(initial)),
  given AS (
    SELECT kind, at, me, grantee, privilege_type, is_grantable
    FROM asked
    LEFT JOIN pg_default_acl d ON d.defaclrole = me AND d.defaclobjtype = kind::"char" AND d.defaclnamespace = 0
    CROSS JOIN aclexplode(coalesce(defaclacl, initial))
    UNION SELECT kind, at, me, grantee, privilege_type, is_grantable
    FROM asked
    JOIN pg_default_acl d ON d.defaclrole = me AND d.defaclobjtype = kind::"char" AND d.defaclnamespace = namespace
    CROSS JOIN aclexplode(defaclacl)),
  extra AS (
    SELECT DISTINCT kind, at, grantee FROM (TABLE given EXCEPT TABLE initial) AS more WHERE grantee <> me),
  lacking AS (
    SELECT kind, at, string_agg(privilege_type, ', ' ORDER BY privilege_type) ||
           CASE grantee WHEN 0 THEN ' TO PUBLIC' ELSE ' TO CURRENT_USER' END AS granted
    FROM (TABLE initial EXCEPT TABLE given) AS less GROUP BY kind, at, grantee)
  SELECT kind, at,
         ARRAY(SELECT convert_to(coalesce(quote_ident(rolname), 'PUBLIC'), $2) FROM extra
               LEFT JOIN pg_roles r ON r.oid = grantee WHERE (extra.kind, extra.at) = (asked.kind, asked.at)
               ORDER BY rolname) AS revoked,
         ARRAY(SELECT granted FROM lacking WHERE (lacking.kind, lacking.at) = (asked.kind, asked.at) ORDER BY 1) AS granted
  FROM asked WHERE EXISTS (SELECT FROM pg_default_acl WHERE defaclrole = me)`

/**
 * The entries that make something have it begin with the rights that the server gives by itself, whatever the default privileges of
 * the role that restores are there: those that the archive grants are relative to them.
 */
export async function withInitialRights(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
  isCopy: (entry: TocEntry) => boolean,
): Promise<readonly TocEntry[]> {
  const schemas = [...new Set(entries.filter(isCopy).map(({ schema }) => schema ?? ''))]
  const names = await inUnicode(client, encoding, schemas)
  const { rows } = await client.query<Deviation>(deviationsSql, [names, encoding])
  const deviations = new Map(rows.map((row) => [`${row.kind} ${schemas[row.at - 1]}`, row]))
  if (deviations.size === 0) return entries
  return entries.map((entry) => {
    const { kind, word } = kinds[entry.description ?? ''] ?? {}
    const deviation = deviations.get(`${kind} ${entry.schema ?? ''}`)
    if (!deviation || !isCopy(entry) || !entry.definition) return entry
    const name = `${word} ${nameOf(entry)}`
    const revokes = deviation.revoked.map((role) => `REVOKE ALL ON ${name} FROM ${role.toString('latin1')};\n`)
    const grants = deviation.granted.map((what) => `GRANT ${what.replace(' TO ', ` ON ${name} TO `)};\n`)
    return { ...entry, definition: [entry.definition, ...revokes, ...grants].join('') }
  })
}

/** Of a function with its arguments, as its drop statement has them; an aggregate of anything has none for GRANT. */
function nameOf({ description, schema, tag = '', dropStatement = '' }: TocEntry): string {
  if (kinds[description ?? '']?.kind === 'f')
    return dropStatement
      .replace(/^DROP \w+ /, '')
      .replace(/;\s*$/, '')
      .replace(/\(\*\)$/, '()')
  return schema ? `${quoteIdentifier(schema)}.${quoteIdentifier(tag)}` : quoteIdentifier(tag)
}

/** Whether a database has anything of the originals. */
export async function hasOriginal(client: pg.ClientBase, { schemas, tables }: Beside): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT FROM pg_namespace WHERE nspname = ANY ($1)
     UNION ALL SELECT FROM unnest($2::text[], $3::text[]) AS named (schema, name)
     JOIN pg_namespace n ON nspname = named.schema JOIN pg_class ON relnamespace = n.oid AND relname = named.name LIMIT 1`,
    [[...schemas.keys()], tables.map(({ from }) => from.schema), tables.map(({ from }) => from.name)],
  )
  return rows.length > 0
}
