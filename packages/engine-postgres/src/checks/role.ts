import type { Finding } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

// https://www.postgresql.org/docs/current/view-pg-roles.html
const roleSql = `
  SELECT rolname AS name, rolsuper AS "isSuperuser", rolbypassrls AS "bypassesRls",
         coalesce((SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = 'pg_read_all_data'), false) AS "readsAll"
  FROM pg_roles WHERE rolname = current_user`

/** As whom the backup would read. */
export async function role({ client }: CheckedSource): Promise<Finding[]> {
  const { rows } = await client.query(roleSql)
  const { name, isSuperuser, bypassesRls, readsAll } = rows[0]
  const rights = isSuperuser
    ? ['a superuser']
    : [readsAll && 'a member of pg_read_all_data', bypassesRls && 'with BYPASSRLS'].filter(Boolean)
  return [
    {
      severity: 'info',
      code: 'DOCTOR.ROLE',
      message: `The backup reads as the role ${name}${rights.length > 0 ? `, ${rights.join(' ')}` : ''}.`,
      hint: isSuperuser
        ? 'a role that can only read is enough: see the recipe of @pgark/engine-postgres'
        : 'nothing to do',
    },
  ]
}
