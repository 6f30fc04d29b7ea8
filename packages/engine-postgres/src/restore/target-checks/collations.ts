import type { Finding } from '@pgark/core'
import { refusal, type TargetCheck } from './target-check.ts'

// A collation may be there for other encodings only.
// https://www.postgresql.org/docs/current/catalog-pg-collation.html
const missingSql = `
  SELECT used.schema || '.' || used.name AS name FROM jsonb_to_recordset($1) AS used (schema text, name text)
  WHERE NOT EXISTS (
    SELECT FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
    WHERE n.nspname = used.schema AND c.collname = used.name
      AND c.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database())))
  ORDER BY 1`
const icuSql =
  "SELECT pg_collation_actual_version(oid) AS version FROM pg_collation WHERE collname = 'und-x-icu' LIMIT 1"

/** Collations come from the operating system and from ICU. */
export const collations: TargetCheck = async ({ client, server, requirements, request }) => {
  if (request.selection.dataOnly) return []
  const { rows } = await client.query(missingSql, [JSON.stringify(requirements.collations)])
  const missing = refusal(
    'REFUSED.COLLATION',
    rows.map(({ name }) => name),
    (names) => `${server.database} has no collations of the names: ${names}.`,
    'install the locales there and SELECT pg_import_system_collations(…), or CREATE COLLATION',
  )
  if (requirements.icuVersion === undefined) return missing
  const icu = await client.query(icuSql)
  return [...missing, ...checkIcu(requirements.icuVersion, icu.rows[0]?.version)]
}

/** Another version may sort otherwise. Indexes are built anew; what else depends on the order is for the server to refuse. */
function checkIcu(wanted: string, found: string | undefined): Finding[] {
  if (found === undefined) {
    const hint = 'restore into a server that was built with ICU'
    return refusal('REFUSED.COLLATION', ['ICU'], () => 'The backup uses collations of ICU, the target has none.', hint)
  }
  if (found === wanted) return []
  return [
    {
      severity: 'warning',
      code: 'RESTORE.COLLATION_VERSION',
      message: `The backup's text was sorted by ICU ${wanted}, the target has ICU ${found}: the order of some text may differ.`,
      hint: 'look at ranges of partitions and checks that compare text; indexes are built anew',
    },
  ]
}
