import type { TableName } from '@pgark/core'
import type pg from 'pg'

// A view's definition depends on what it reads through its rewrite rule; views between two materialised views are followed.
// https://www.postgresql.org/docs/current/catalog-pg-depend.html
const dependencySql = `
  WITH RECURSIVE reads (view, relation, kind) AS (
    SELECT r.ev_class, d.refobjid, c.relkind
    FROM pg_class v
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
     AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
    JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')
    WHERE v.relkind = 'm'
    UNION
    SELECT reads.view, d.refobjid, c.relkind
    FROM reads
    JOIN pg_rewrite r ON reads.kind = 'v' AND r.ev_class = reads.relation
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
     AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
    JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm'))
  SELECT v.oid::int8::text AS oid, n.nspname AS schema, v.relname AS name, v.relispopulated AS populated,
         coalesce((SELECT array_agg(DISTINCT reads.relation::int8::text) FROM reads WHERE reads.view = v.oid AND reads.kind = 'm'), '{}') AS needs
  FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
  WHERE v.oid = ANY ($1::oid[]) ORDER BY n.nspname, v.relname`

interface View extends TableName {
  readonly oid: string
  readonly populated: boolean
  readonly needs: readonly string[]
}

/**
 * The materialised views that a restore fills, each after those that it reads. One that was never filled stays empty, and so does
 * one that reads it.
 */
export async function readRefreshOrder(client: pg.ClientBase, oids: readonly number[]): Promise<TableName[]> {
  const { rows } = await client.query<View>(dependencySql, [oids])
  const views = new Map(rows.map((view) => [view.oid, view]))
  const fillable = new Map<string, boolean>()
  const ordered: TableName[] = []
  const visit = (view: View): boolean => {
    const known = fillable.get(view.oid)
    if (known !== undefined) return known
    const needed = view.needs.flatMap((oid) => views.get(oid) ?? [])
    const isFillable = needed.map(visit).every(Boolean) && view.populated
    fillable.set(view.oid, isFillable)
    if (isFillable) ordered.push({ schema: view.schema, name: view.name })
    return isFillable
  }
  for (const view of rows) visit(view)
  return ordered
}
