import { formatBytes, formatNumberOf } from '@pgark/core'
import type pg from 'pg'
import type { CatalogueObject } from '../parallel/existing-objects.ts'

/** An object of a database, as people and statements name it. */
export interface DescribedObject extends CatalogueObject {
  /** `table app.orders`, and of one with rows how many about. */
  readonly text: string
  /** The server's word for what it is: `table`, `operator class` … */
  readonly type: string
  /** Qualified and quoted. */
  readonly identity: string
  /** Of a relation. */
  readonly kind: string | undefined
  /** Removes the constraint, of one; everything else is dropped by type and identity. */
  readonly dropConstraint: string | undefined
}

// Estimates are negative before the first ANALYZE, 0 in 13.
// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-OBJECT-TABLE
const describeSql = `
  SELECT pg_describe_object(o.class, o.id, o.sub) AS text, named.type, named.identity, c.relkind::text AS kind,
         coalesce(sizes.rows, c.reltuples)::float8 AS rows, coalesce(sizes.bytes, pg_table_size(c.oid))::float8 AS bytes,
         CASE WHEN k.conrelid <> 0 THEN format('ALTER TABLE IF EXISTS %s DROP CONSTRAINT IF EXISTS %I CASCADE', k.conrelid::regclass, k.conname)
              WHEN k.contypid <> 0 THEN format('ALTER DOMAIN %s DROP CONSTRAINT IF EXISTS %I CASCADE', format_type(k.contypid, NULL), k.conname)
         END AS "dropConstraint"
  FROM unnest($1::oid[], $2::oid[], $3::int[]) WITH ORDINALITY AS o (class, id, sub, at)
  LEFT JOIN LATERAL pg_identify_object(o.class, o.id, o.sub) named ON true
  LEFT JOIN pg_class c ON o.class = 'pg_class'::regclass AND c.oid = o.id AND o.sub = 0
  LEFT JOIN pg_constraint k ON o.class = 'pg_constraint'::regclass AND k.oid = o.id
  LEFT JOIN LATERAL (
    SELECT sum(leaf.reltuples) FILTER (WHERE leaf.reltuples > 0) AS rows, sum(pg_table_size(leaf.oid)) AS bytes
    FROM pg_partition_tree(c.oid) tree JOIN pg_class leaf ON leaf.oid = tree.relid WHERE tree.isleaf
  ) sizes ON c.relkind = 'p'
  ORDER BY o.at`

const withRows = /[rpm]/

export async function describeObjects(
  client: pg.ClientBase,
  objects: readonly CatalogueObject[],
): Promise<DescribedObject[]> {
  const { rows } = await client.query(describeSql, [
    objects.map(({ classId }) => classId),
    objects.map(({ objectId }) => objectId),
    objects.map(({ subId }) => subId),
  ])
  return objects.map((object, at) => {
    const { text, type, identity, kind, dropConstraint, ...size } = rows[at]
    return {
      ...object,
      text: withRows.test(kind ?? '') ? `${text}, ${sizeOf(size)}` : text,
      type,
      identity,
      kind: kind ?? undefined,
      dropConstraint: dropConstraint ?? undefined,
    }
  })
}

const sizeOf = ({ rows, bytes }: { rows: number | null; bytes: number | null }) =>
  rows !== null && rows > 0 ? `about ${formatNumberOf(rows, 'row')}` : `${formatBytes(bytes ?? 0)} on disk`
