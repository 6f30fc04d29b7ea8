import { refusal, type TargetCheck } from './target-check.ts'

const existingSql = `
  SELECT n.nspname || '.' || c.relname AS name FROM jsonb_to_recordset($1) AS made (schema text, name text)
  JOIN pg_namespace n ON n.nspname = made.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = made.name
  UNION
  SELECT n.nspname || '.' || t.typname FROM jsonb_to_recordset($2) AS made (schema text, name text)
  JOIN pg_namespace n ON n.nspname = made.schema JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = made.name
  UNION
  SELECT 'the schema ' || nspname FROM pg_namespace WHERE nspname = ANY ($3)
  ORDER BY 1`

/** Nothing that the backup creates may be there. */
export const existingObjects: TargetCheck = async ({ client, server, requirements, request }) => {
  if (request.selection.dataOnly) return []
  const { relations, types, schemas } = requirements.creates
  const { rows } = await client.query(existingSql, [JSON.stringify(relations), JSON.stringify(types), schemas])
  return refusal(
    'REFUSED.EXISTS',
    rows.map(({ name }) => name),
    (names) => `${names}: already in ${server.database}; nothing was changed.`,
    'restore into an empty database (--create-database makes one)',
  )
}
