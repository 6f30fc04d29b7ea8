import { refusal, type TargetCheck } from './target-check.ts'

const databaseSql = `
  SELECT current_user AS me, pg_is_in_recovery() AS "isStandby", has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
         EXISTS (SELECT FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT extname FROM pg_extension)) AS "makesExtensions"`
const schemasSql = `
  SELECT name, n.oid IS NULL AS missing FROM unnest($1::text[]) AS name
  LEFT JOIN pg_namespace n ON n.nspname = name
  WHERE n.oid IS NULL OR NOT has_schema_privilege(n.oid, 'CREATE') ORDER BY name`

/** The role that restores must be allowed to create what the backup creates, where it does. */
export const createRights: TargetCheck = async ({ client, server, requirements, request }) => {
  const { rows } = await client.query(databaseSql, [requirements.extensions])
  const { me, isStandby, mayCreate, makesExtensions } = rows[0]
  if (isStandby) {
    const hint = 'restore into its primary'
    return refusal('REFUSED.STANDBY', [server.database], (name) => `${name} is on a standby, which only reads.`, hint)
  }
  if (request.selection.dataOnly) return []
  const isNeeded = makesExtensions || requirements.creates.schemas.length > 0
  const schemas = await client.query(schemasSql, [requirements.schemas])
  return [
    ...refusal(
      'REFUSED.CREATE',
      isNeeded && !mayCreate ? [server.database] : [],
      (name) => `The role ${me} may not create schemas or extensions in the database ${name}.`,
      `GRANT CREATE ON DATABASE ${server.database} TO ${me}, or restore as the database's owner`,
    ),
    ...refusal(
      'REFUSED.CREATE',
      schemas.rows.filter(({ missing }) => !missing).map(({ name }) => name),
      (names) => `The role ${me} may not create anything in the schemas: ${names}.`,
      `GRANT CREATE ON SCHEMA … TO ${me}, or restore as the database's owner`,
    ),
    ...refusal(
      'REFUSED.SCHEMA',
      schemas.rows.filter(({ missing }) => missing).map(({ name }) => name),
      (names) => `${server.database} has no schemas of the names: ${names}; the backup does not create them.`,
      'create them there, as the backup is one of single tables',
    ),
  ]
}
