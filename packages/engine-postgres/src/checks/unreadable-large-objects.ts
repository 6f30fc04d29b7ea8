import { type Finding, formatCount, formatNumberOf } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

/** There may be millions of them. */
const mostNamed = 100
const privilegeFunctionSince = 180_000

// As pg_largeobject_aclcheck() has it: https://www.postgresql.org/docs/current/lo-implementation.html
const byAcl = `EXISTS (
  SELECT FROM aclexplode(coalesce(m.lomacl, acldefault('L', m.lomowner))) a
  WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))`
const unreadableSql = (isReadable: string) => `
  SELECT m.oid::int8::text AS oid, count(*) OVER ()::int4 AS count, current_user AS role
  FROM pg_largeobject_metadata m
  WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    AND NOT current_setting('lo_compat_privileges')::bool AND NOT ${isReadable}
  ORDER BY m.oid LIMIT ${mostNamed}`

/** Large objects that the role cannot read. They have rights of their own, which no right on tables covers. */
export async function unreadableLargeObjects({ client, server, selected }: CheckedSource): Promise<Finding[]> {
  if (!selected.withLargeObjects) return []
  const isReadable = server.versionNum < privilegeFunctionSince ? byAcl : "has_largeobject_privilege(m.oid, 'SELECT')"
  const { rows } = await client.query(unreadableSql(isReadable))
  const [first] = rows
  if (!first) return []
  const more = first.count > rows.length ? ` and ${formatCount(first.count - rows.length)} more` : ''
  const counted = formatNumberOf(first.count, 'large object')
  return [
    {
      severity: 'error',
      code: 'ENGINE.UNREADABLE',
      message: `The role ${first.role} cannot read ${counted}: ${rows.map(({ oid }) => oid).join(', ')}${more}.`,
      hint: `GRANT SELECT ON LARGE OBJECT … TO ${first.role}, or back up as their owner or a superuser`,
    },
  ]
}
