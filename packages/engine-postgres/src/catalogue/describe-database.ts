import type { DatabaseInfo, InspectOptions, TableInfo } from '@pgark/core'
import type pg from 'pg'
import { readServer } from '../connection/server.ts'
import { selectRelations } from '../selection/select-relations.ts'
import { isLockable, listRelations, listSchemas } from './relations.ts'

const detailSql = `
  SELECT c.oid::int8::text AS oid, pg_table_size(c.oid)::float8 AS bytes,
    coalesce((SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                'notNull', a.attnotnull, 'isGenerated', a.attgenerated <> '') ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
    coalesce((SELECT array_agg(a.attname::text ORDER BY k.position)
              FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE i.indrelid = c.oid AND i.indisprimary AND k.position <= i.indnkeyatts), '{}') AS key
  FROM pg_class c WHERE c.oid = ANY ($1::oid[])`

/** Schemas, tables, columns and keys of the user, with the planner's estimates. */
export async function describeDatabase(
  client: pg.ClientBase,
  searchPath: readonly string[],
  { selection = {} }: InspectOptions,
): Promise<DatabaseInfo> {
  const server = await readServer(client)
  const schemas = await listSchemas(client)
  const relations = selectRelations(await listRelations(client, searchPath), schemas, selection).relations.filter(
    isLockable,
  )
  const { rows } = await client.query(detailSql, [relations.map(({ oid }) => oid)])
  const details = new Map(rows.map((row) => [Number(row.oid), row]))
  const tables = relations.map((relation): TableInfo => {
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
  const { database, version, encoding } = server
  return { database, serverVersion: version, encoding, schemas, tables }
}
