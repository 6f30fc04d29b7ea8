import { refusal, type TargetCheck } from './target-check.ts'

const tablespacesSql = `
  SELECT name, t.oid IS NULL AS missing FROM unnest($1::text[]) AS name
  LEFT JOIN pg_tablespace t ON t.spcname = name
  WHERE t.oid IS NULL OR NOT has_tablespace_privilege(t.oid, 'CREATE') ORDER BY name`

/** Tablespaces belong to a server, and are not in a backup. */
export const tablespaces: TargetCheck = async ({ client, requirements, request }) => {
  if (request.selection.dataOnly) return []
  const { rows } = await client.query(tablespacesSql, [requirements.tablespaces])
  return [
    ...refusal(
      'REFUSED.TABLESPACE',
      rows.filter(({ missing }) => missing).map(({ name }) => name),
      (names) => `The target server has no tablespaces of the names: ${names}.`,
      'create them there (CREATE TABLESPACE)',
    ),
    ...refusal(
      'REFUSED.TABLESPACE',
      rows.filter(({ missing }) => !missing).map(({ name }) => name),
      (names) => `The role that restores may not create anything in the tablespaces: ${names}.`,
      'GRANT CREATE ON TABLESPACE … to it',
    ),
  ]
}
