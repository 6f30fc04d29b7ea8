import type pg from 'pg'

/** One right on a database. */
export interface DatabaseGrant {
  readonly grantor: string
  /** Null is PUBLIC. */
  readonly grantee: string | null
  readonly privilege: string
  readonly isGrantable: boolean
}

/** One `ALTER DATABASE … SET`, or one `ALTER ROLE … IN DATABASE … SET` where there is a role. */
export interface DatabaseSetting {
  readonly role: string | null
  readonly name: string
  readonly value: string
}

/** What a server knows of a database beside its content. */
export interface DatabaseProperties {
  readonly oid: number
  readonly name: string
  readonly owner: string
  readonly encoding: string
  readonly collate: string
  readonly ctype: string
  /** `c` libc, `i` ICU, `b` built in; null before 15, which has libc only. */
  readonly provider: string | null
  readonly locale: string | null
  readonly icuRules: string | null
  readonly tablespace: string
  readonly connectionLimit: number
  readonly allowsConnections: boolean
  readonly isTemplate: boolean
  readonly comment: string | null
  /** With those that come with every database. */
  readonly grants: readonly DatabaseGrant[]
  readonly settings: readonly DatabaseSetting[]
  readonly labels: readonly { readonly provider: string; readonly label: string }[]
}

// Locales have other columns in each version; what a server does not have is null in the row as JSON.
// pg_database: https://www.postgresql.org/docs/current/catalog-pg-database.html
const propertiesSql = `
  SELECT d.oid, d.datname AS name, pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
         d.datcollate AS collate, d.datctype AS ctype, j ->> 'datlocprovider' AS provider,
         coalesce(j ->> 'datlocale', j ->> 'daticulocale') AS locale, j ->> 'daticurules' AS "icuRules",
         t.spcname AS tablespace, d.datconnlimit AS "connectionLimit", d.datallowconn AS "allowsConnections",
         d.datistemplate AS "isTemplate", shobj_description(d.oid, 'pg_database') AS comment,
         (SELECT coalesce(json_agg(json_build_object(
            'grantor', pg_get_userbyid(a.grantor), 'grantee', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
            'privilege', a.privilege_type, 'isGrantable', a.is_grantable) ORDER BY a.ordinality), '[]')
          FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) WITH ORDINALITY a) AS grants,
         (SELECT coalesce(json_agg(json_build_object(
            'role', CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END, 'name', split_part(c, '=', 1),
            'value', substr(c, strpos(c, '=') + 1)) ORDER BY s.setrole, ordinality), '[]')
          FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) WITH ORDINALITY u (c) WHERE s.setdatabase = d.oid) AS settings,
         (SELECT coalesce(json_agg(json_build_object('provider', l.provider, 'label', l.label) ORDER BY l.provider), '[]')
          FROM pg_shseclabel l WHERE l.objoid = d.oid AND l.classoid = 'pg_database'::regclass) AS labels
  FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace, to_jsonb(d) j
  WHERE d.datname = $1::name OR d.oid = $2`

/** A database by its name or its oid; undefined where there is none. To be asked in a pinned transaction. */
export async function readProperties(
  client: pg.ClientBase,
  which: { readonly name: string } | { readonly oid: number },
): Promise<DatabaseProperties | undefined> {
  const { name, oid } = { name: null, oid: null, ...which }
  const { rows } = await client.query<DatabaseProperties>(propertiesSql, [name, oid])
  return rows[0]
}
