import { ownTablespace } from '../chosen-tablespace.ts'
import { refusal, type TargetCheck } from './target-check.ts'

const tablespacesSql = `
  SELECT name, t.oid IS NULL AS missing FROM unnest($1::text[]) AS name
  LEFT JOIN pg_tablespace t ON t.spcname = name
  WHERE t.oid IS NULL OR NOT has_tablespace_privilege(t.oid, 'CREATE')
    AND t.oid <> (SELECT dattablespace FROM pg_database WHERE datname = current_database()) ORDER BY name`

/** Tablespaces belong to a server, and are not in a backup. The database's own is open to everyone. */
export const tablespaces: TargetCheck = async ({ client, requirements, request }) => {
  if (request.selection.dataOnly) return []
  const { tablespace } = request
  const needed = tablespace === undefined ? requirements.tablespaces : ownTablespace(tablespace)
  const { rows } = await client.query(tablespacesSql, [needed])
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
