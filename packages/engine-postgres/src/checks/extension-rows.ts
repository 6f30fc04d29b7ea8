import type { Finding } from '@pgark/core'
import type { CheckedSource } from './source-check.ts'

const extensionsSql = `
  SELECT e.extname AS name, array_agg(c.oid::regclass::text ORDER BY c.oid::regclass::text) AS tables
  FROM pg_extension e CROSS JOIN unnest(e.extconfig) AS config (oid) JOIN pg_class c ON c.oid = config.oid
  WHERE c.relkind = 'r' GROUP BY e.extname ORDER BY e.extname`

/** Extensions that keep rows of the user in tables of their own. */
export async function extensionRows({ client }: CheckedSource): Promise<Finding[]> {
  const { rows } = await client.query(extensionsSql)
  return rows.map(({ name, tables }) => ({
    severity: 'info',
    code: 'DOCTOR.EXTENSION_ROWS',
    message: `The extension ${name} has configuration tables (${tables.join(', ')}); the rows in them that are yours are backed up.`,
    hint: `install ${name} on every server that backups are restored on`,
  }))
}
