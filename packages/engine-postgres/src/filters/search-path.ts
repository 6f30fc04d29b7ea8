import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'

/** A statement that finds names in that schema, within a transaction in which the path is otherwise empty. */
export const underSearchPath = (sql: string, schema: string | undefined): string =>
  !schema ? sql : `SET LOCAL search_path = ${quoteLiteral(schema)}; ${sql}; SET LOCAL search_path = ''`

/** The rows that a statement without parameters answers under that path. */
export async function askUnderSearchPath<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  schema: string | undefined,
): Promise<Row[]> {
  const results = (await client.query(underSearchPath(sql, schema))) as unknown as
    | pg.QueryResult<Row>
    | pg.QueryResult<Row>[]
  return (Array.isArray(results) ? results : [results]).flatMap(({ rows }) => rows)
}
