import { refusal, type TargetCheck } from './target-check.ts'

// https://www.postgresql.org/docs/current/view-pg-settings.html
const missingSql = `
  SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) IS NULL ORDER BY name`

/** Settings come and go with versions; a function that sets one for itself cannot be made without it. */
export const settings: TargetCheck = async ({ client, server, requirements, request }) => {
  if (request.selection.dataOnly || !requirements.settings?.length) return []
  const { rows } = await client.query(missingSql, [requirements.settings])
  return refusal(
    'REFUSED.SETTING',
    rows.map(({ name }) => name),
    (names) => `PostgreSQL ${server.version} has no settings of the names: ${names}; functions of the backup set them.`,
    'ALTER FUNCTION … RESET them in the source, or restore into a version that has them',
  )
}
