import { refusal, type TargetCheck } from './target-check.ts'

// https://www.postgresql.org/docs/current/catalog-pg-extension.html
const elsewhereSql = `
  SELECT extname || ' is in ' || nspname || ', not in ' || needed.schema AS place
  FROM jsonb_to_recordset($1) AS needed (schema text, name text)
  JOIN pg_extension e ON extname = needed.name JOIN pg_namespace n ON n.oid = extnamespace
  WHERE nspname <> needed.schema ORDER BY 1`

/** CREATE EXTENSION IF NOT EXISTS leaves an extension where it is, whatever schema is asked for; what names that schema fails then. */
export const extensionPlaces: TargetCheck = async ({ client, server, requirements, request }) => {
  const { extensionSchemas = [] } = requirements
  if (request.selection.dataOnly || extensionSchemas.length === 0) return []
  const { rows } = await client.query(elsewhereSql, [JSON.stringify(extensionSchemas)])
  return refusal(
    'REFUSED.EXTENSION',
    rows.map(({ place }) => place),
    (places) => `${server.database} has extensions in other schemas than the backup needs them in: ${places}.`,
    'ALTER EXTENSION … SET SCHEMA …, or restore into a new database (--create-database)',
  )
}
