import type { Requirements } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'

/** They lock nothing but what others in the archive create, or what `ownLocks` counts. */
const free = new Set([
  'ACL',
  'CHECK CONSTRAINT',
  'DATABASE',
  'DATABASE PROPERTIES',
  'DEFAULT',
  'DEFAULT ACL',
  'ENCODING',
  'FK CONSTRAINT',
  'INDEX ATTACH',
  'POLICY',
  'ROW SECURITY',
  'RULE',
  'SEARCHPATH',
  'SEQUENCE OWNED BY',
  'STATISTICS DATA',
  'STDSTRINGS',
  'TABLE ATTACH',
  'TRIGGER',
])
/** What is free by itself is locked by a comment or label on it; of a composite type the relation is another lock. */
const lockedByRemark = /^(CONSTRAINT|TRIGGER|RULE|POLICY|TYPE) /
const remarks = new Set(['COMMENT', 'SECURITY LABEL'])
/** Its script is the server's; of PostgreSQL's own extensions pg_stat_statements takes the most. */
const locksOfExtension = 32
/** A refresh fills another table, with two types, and puts its file in place of the view's. */
const locksOfMaterializedView = 4
const mayHaveToast = new Set(['TABLE', 'MATERIALIZED VIEW'])
/** The TOAST table and its index; a refresh makes them and their type a second time. */
const locksOfToast: Readonly<Record<string, number>> = { r: 2, m: 5 }
/** The transaction, the schema `public`, and a few that found no place in the session's own short list. */
const ownLocks = 5

// Whether a table needs TOAST is for the server to say: it goes by the longest row that can be.
const toastSql = `
  SELECT relkind::text AS kind, count(*)::int4 AS count FROM pg_class
  WHERE oid = ANY ($1::oid[]) AND reltoastrelid <> 0 GROUP BY relkind`

/** How many locks a restore of these definitions in one transaction holds at its end, at most; large objects are not counted. */
export async function lockEstimate(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  { roles }: Pick<Requirements, 'roles'>,
): Promise<number> {
  const tables = entries.filter(({ description = '' }) => mayHaveToast.has(description))
  const { rows } = await client.query(toastSql, [tables.map(({ catalogId }) => catalogId.oid)])
  const toast = rows.reduce((sum, { kind, count }) => sum + count * (locksOfToast[kind] ?? 0), 0)
  const roleCount = new Set(roles.map(({ name }) => name)).size
  return entries.reduce((sum, entry) => sum + locksOf(entry), ownLocks + roleCount + toast)
}

function locksOf({ description = '', tag = '' }: TocEntry): number {
  if (remarks.has(description)) return lockedByRemark.test(tag) ? 1 : 0
  if (description === 'EXTENSION') return locksOfExtension
  if (description === 'MATERIALIZED VIEW') return locksOfMaterializedView
  return free.has(description) ? 0 : 1
}
