import type { RequiredRole, RestoreRequest } from '@pgark/core'
import { everybody } from '../../requirements/names-in-sql.ts'
import { refusal, type TargetCheck } from './target-check.ts'

const setOptionSince = 160_000
const rolesSql = (right: string) => `
  SELECT name, r.oid IS NULL AS missing, current_user AS me, coalesce(NOT pg_has_role(r.oid, '${right}'), false) AS foreign
  FROM unnest($1::text[]) AS name LEFT JOIN pg_roles r ON r.rolname = name ORDER BY name`

/** Roles belong to a server, not to a database; and only who can become a role can give it something. */
export const roles: TargetCheck = async ({ client, server, requirements, request }) => {
  const needed = requirements.roles.filter((role) => isNeeded(role, request.selection))
  const owners = new Set(needed.filter(({ use }) => use === 'owner').map(({ name }) => name))
  const sql = rolesSql(server.versionNum >= setOptionSince ? 'SET' : 'MEMBER')
  const { rows } = await client.query(sql, [[...new Set(needed.map(({ name }) => name))]])
  const named = (isMeant: (row: { name: string; missing: boolean; foreign: boolean }) => boolean) =>
    rows.filter((row) => isMeant(row)).map(({ name }) => name)
  return [
    ...refusal(
      'REFUSED.ROLE',
      named(({ missing }) => missing),
      (names) => `The target server has no roles of the names: ${names}.`,
      'create them there (CREATE ROLE), or leave them out (--no-owner, --no-privileges)',
    ),
    ...refusal(
      'REFUSED.ROLE',
      named(({ name, foreign }) => foreign && owners.has(name)),
      (names) => `The role ${rows[0].me} may not give anything to the owners: ${names}.`,
      `make ${rows[0]?.me} a member of them, restore as a superuser, or leave owners out (--no-owner)`,
    ),
  ]
}

/** The same decisions by which statements are passed over during the restore. */
function isNeeded({ name, use, isOfLargeObject }: RequiredRole, selection: RestoreRequest['selection']): boolean {
  // Older backups may note it.
  if (name === everybody) return false
  if (isOfLargeObject ? selection.schemaOnly : selection.dataOnly) return false
  return !(use === 'owner' && selection.noOwner) && !(use === 'privilege' && selection.noPrivileges)
}
