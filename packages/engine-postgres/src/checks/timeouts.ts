import type { Finding } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

// The value of a new session is reset_val, whatever our transaction has set; where it comes from is in pg_db_role_setting, the most
// special first. https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
const timeoutsSql = `
  SELECT s.name, s.reset_val AS value, s.unit,
    (SELECT CASE WHEN d.setrole = 0 THEN 'the database ' || current_database()
                 WHEN d.setdatabase = 0 THEN 'the role ' || session_user
                 ELSE 'the role ' || session_user || ' in the database ' || current_database() END
     FROM pg_db_role_setting d CROSS JOIN unnest(d.setconfig) AS config
     WHERE split_part(config, '=', 1) = s.name
       AND (d.setrole = 0 OR d.setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user))
       AND (d.setdatabase = 0 OR d.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
     ORDER BY d.setrole = 0, d.setdatabase = 0 LIMIT 1) AS origin
  FROM pg_settings s
  WHERE s.name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')
    AND s.reset_val <> '0'
  ORDER BY s.name`

/** Timeouts that would end a long transaction of anybody else. */
export async function timeouts({ client }: CheckedSource): Promise<Finding[]> {
  const { rows } = await client.query(timeoutsSql)
  return rows.map(({ name, value, unit, origin }) => ({
    severity: 'info',
    code: 'DOCTOR.TIMEOUT',
    message: `${name} is ${value} ${unit}, set on ${origin ?? 'the server or the connection'}; a backup switches it off for its own transactions.`,
    hint: 'nothing to do, unless a pooler or proxy in between has timeouts of its own',
  }))
}
