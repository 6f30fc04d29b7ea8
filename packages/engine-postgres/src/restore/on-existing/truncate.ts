import type { Finding } from '@pgark/core'
import type pg from 'pg'
import { refusal } from '../target-checks/target-check.ts'

// A table of partitions is emptied where all of its partitions are: keys may refer to it, or be its own.
// https://www.postgresql.org/docs/current/sql-truncate.html
const emptied = `
  WITH leaves AS (
    SELECT tree.relid::oid AS oid FROM unnest($1::oid[]) AS given (oid), pg_partition_tree(given.oid) tree
    UNION SELECT unnest($1::oid[])),
  emptied AS (
    SELECT oid FROM leaves UNION SELECT c.oid FROM pg_class c WHERE c.relkind = 'p' AND NOT EXISTS (
      SELECT FROM pg_partition_tree(c.oid) tree WHERE tree.isleaf AND tree.relid NOT IN (SELECT oid FROM leaves)))`
const namesSql = `${emptied}
  SELECT CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || format('%I.%I', nspname, relname) AS name
  FROM emptied JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = relnamespace ORDER BY 1`
// A key to a table of partitions refers to each of them.
const referringSql = `${emptied},
  referred AS (SELECT oid FROM emptied UNION SELECT above.relid FROM emptied, pg_partition_ancestors(oid) AS above (relid))
  SELECT DISTINCT pg_describe_object('pg_constraint'::regclass, k.oid, 0) AS name FROM pg_constraint k
  WHERE k.contype = 'f' AND k.conparentid = 0
    AND k.confrelid IN (SELECT oid FROM referred) AND k.conrelid NOT IN (SELECT oid FROM emptied) ORDER BY 1`

/** What empties tables at once, so that keys between them are not in the way; refuses where others refer to them. */
export async function planTruncate(
  client: pg.ClientBase,
  oids: readonly string[],
  database: string,
): Promise<{ readonly statements: readonly string[]; readonly problems: readonly Finding[] }> {
  if (oids.length === 0) return { statements: [], problems: [] }
  const { rows: tables } = await client.query(namesSql, [oids])
  const { rows: referring } = await client.query(referringSql, [oids])
  const problems = refusal(
    'REFUSED.DEPENDENTS',
    referring.map(({ name }) => name),
    (names) => `${names}: refers to tables that would be emptied in ${database}; nothing was changed.`,
    'restore the tables that refer to them too, or drop these constraints for the time being',
  )
  return { statements: [`TRUNCATE TABLE ${tables.map(({ name }) => name).join(', ')}`], problems }
}
