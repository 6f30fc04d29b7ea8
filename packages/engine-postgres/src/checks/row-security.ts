import { type Finding, formatNumberOf } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

// row_security_active() knows of superusers, BYPASSRLS, owners and FORCE ROW LEVEL SECURITY, whatever row_security is set to.
// https://www.postgresql.org/docs/current/ddl-rowsecurity.html
const securedSql = `
  SELECT n.nspname AS schema, c.relname AS name, row_security_active(c.oid) AS active, current_user AS role
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relrowsecurity AND c.oid = ANY ($1::oid[]) ORDER BY 1, 2`

/** Tables of which policies would hide rows. The server refuses to read them (`row_security = off`), table by table. */
export async function rowSecurity({ client, selected }: CheckedSource): Promise<Finding[]> {
  const { rows } = await client.query(securedSql, [selected.withRows.map(({ oid }) => oid)])
  const [first] = rows
  if (!first) return []
  const hiding = rows.filter(({ active }) => active)
  if (hiding.length === 0) {
    return [
      {
        severity: 'info',
        code: 'DOCTOR.ROW_SECURITY',
        message: `${formatNumberOf(rows.length, 'table')} have row-level security, which does not bind the role ${first.role}: it reads all rows.`,
        hint: 'nothing to do',
      },
    ]
  }
  const names = hiding.map(({ schema, name }) => `${schema}.${name}`).join(', ')
  return [
    {
      severity: 'error',
      code: 'ENGINE.ROW_SECURITY',
      message: `Row-level security may hide rows of ${formatNumberOf(hiding.length, 'table')} from the role ${first.role}: ${names}.`,
      hint: `ALTER ROLE ${first.role} BYPASSRLS, or leave their rows out (--exclude-table-data)`,
    },
  ]
}
