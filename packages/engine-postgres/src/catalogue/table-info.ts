import type { TableInfo } from '@pgark/core'
import type pg from 'pg'
import type { Relation } from './relations.ts'

const infoSql = `
  SELECT c.oid::int8::text AS oid, pg_table_size(c.oid)::float8 AS bytes,
    coalesce((SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                'notNull', a.attnotnull, 'isGenerated', a.attgenerated <> '') ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
    coalesce((SELECT array_agg(a.attname::text ORDER BY k.position)
              FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE i.indrelid = c.oid AND i.indisprimary AND k.position <= i.indnkeyatts), '{}') AS key
  FROM pg_class c WHERE c.oid = ANY ($1::oid[])`

/** Columns and keys of tables, with the planner's estimates, in the order of the relations. */
export async function readTableInfos(client: pg.ClientBase, relations: readonly Relation[]): Promise<TableInfo[]> {
  const { rows } = await client.query(infoSql, [relations.map(({ oid }) => oid)])
  const details = new Map(rows.map((row) => [Number(row.oid), row]))
  return relations.map((relation) => {
    const detail = details.get(relation.oid)
    return {
      schema: relation.schema,
      name: relation.name,
      columns: detail?.columns ?? [],
      primaryKey: detail?.key ?? [],
      isPartitioned: relation.kind === 'p',
      estimatedRows: relation.estimatedRows,
      sizeBytes: detail?.bytes ?? 0,
    }
  })
}
