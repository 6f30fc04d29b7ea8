import { refusal, type TargetCheck } from './target-check.ts'

// https://www.postgresql.org/docs/current/view-pg-available-extensions.html
const missingSql = `
  SELECT name FROM unnest($1::text[]) AS name
  WHERE name NOT IN (SELECT extname FROM pg_extension) AND name NOT IN (SELECT name FROM pg_available_extensions)
  ORDER BY name`

/** The files of extensions come with the server's packages, not with a backup. */
export const missingExtensions: TargetCheck = async ({ client, requirements, request }) => {
  if (request.selection.dataOnly) return []
  const { rows } = await client.query(missingSql, [requirements.extensions])
  return refusal(
    'REFUSED.EXTENSION',
    rows.map(({ name }) => name),
    (names) => `The target server has no files of the extensions: ${names}.`,
    "install the extensions' packages on the target server",
  )
}
