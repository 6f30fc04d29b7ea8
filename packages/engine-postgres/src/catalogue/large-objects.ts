import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'

export interface LargeObject {
  readonly oid: string
  readonly owner: string
  readonly comment: string | undefined
  readonly labels: readonly SecurityLabel[]
  /** Rights that differ from the owner's defaults, one per grant; undefined where there are only the defaults. */
  readonly grants: readonly Grant[] | undefined
}

interface Grant {
  readonly grantor: string
  /** Empty is PUBLIC. */
  readonly grantee: string
  readonly privilege: string
  readonly grantable: boolean
}

interface SecurityLabel {
  readonly provider: string
  readonly label: string
}

// https://www.postgresql.org/docs/current/catalog-pg-largeobject-metadata.html
const listSql = `
  SELECT m.oid::int8::text AS oid, pg_get_userbyid(m.lomowner) AS owner, obj_description(m.oid, 'pg_largeobject') AS comment,
         CASE WHEN m.lomacl IS NOT NULL THEN (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
             'grantor', pg_get_userbyid(a.grantor), 'grantee', CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END,
             'privilege', a.privilege_type, 'grantable', a.is_grantable)), '[]')
           FROM aclexplode(m.lomacl) a) END AS grants,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('provider', l.provider, 'label', l.label) ORDER BY l.provider), '[]')
          FROM pg_seclabel l WHERE l.classoid = 'pg_largeobject'::regclass AND l.objoid = m.oid) AS labels
  FROM pg_largeobject_metadata m
  WHERE m.oid > $1::oid ORDER BY m.oid LIMIT $2`

/** Large objects described with one statement. */
const batchSize = 1000

/** Every large object, in batches. */
export async function* listLargeObjects(client: pg.ClientBase): AsyncGenerator<LargeObject[]> {
  for (let after = '0'; ; ) {
    const { rows } = await client.query(listSql, [after, batchSize])
    if (rows.length === 0) return
    yield rows.map((row) => ({
      oid: row.oid,
      owner: row.owner,
      comment: row.comment ?? undefined,
      labels: row.labels,
      grants: row.grants ?? undefined,
    }))
    after = rows.at(-1).oid
  }
}

/** What creates a large object, empty, with its owner, comment and security labels. */
export function largeObjectSql(object: LargeObject, owners: boolean): string {
  const owner = owners ? `ALTER LARGE OBJECT ${object.oid} OWNER TO ${quoteIdentifier(object.owner)};\n` : ''
  return createSql(object) + owner + commentSql(object) + labelsSql(object)
}

/** Creates it, empty. */
export const createSql = ({ oid }: LargeObject) => `SELECT pg_catalog.lo_create('${oid}');\n`

/** Empty where it has no comment. */
export const commentSql = ({ oid, comment }: LargeObject) =>
  comment === undefined ? '' : `COMMENT ON LARGE OBJECT ${oid} IS ${quoteLiteral(comment)};\n`

/** Empty where it has no security labels. */
export function labelsSql({ oid, labels }: LargeObject): string {
  const statements = labels.map(
    ({ provider, label }) =>
      `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON LARGE OBJECT ${oid} IS ${quoteLiteral(label)};\n`,
  )
  return statements.join('')
}

/** A large object's rights. They come after its content: they may take from the owner the right to write it. */
export function grantsSql({ oid, owner, grants }: LargeObject): string {
  if (!grants) return ''
  let sql = `REVOKE ALL ON LARGE OBJECT ${oid} FROM ${quoteIdentifier(owner)};\n`
  for (const { grantor, grantee, privilege, grantable } of grants) {
    const to = grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee)
    const grant = `GRANT ${privilege} ON LARGE OBJECT ${oid} TO ${to}${grantable && grantee !== owner ? ' WITH GRANT OPTION' : ''};\n`
    const asGrantor = `SET SESSION AUTHORIZATION ${quoteIdentifier(grantor)};\n${grant}RESET SESSION AUTHORIZATION;\n`
    sql += grantor === owner ? grant : asGrantor
  }
  return sql
}

/** Every role that its rights name. */
export function rolesOfGrants({ owner, grants }: LargeObject): string[] {
  return grants ? [owner, ...grants.flatMap(({ grantor, grantee }) => [grantor, grantee])].filter(Boolean) : []
}
