import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { ExtensionTypes } from '../catalogue/extension-types.ts'

/** Schemas in which the names of a filter are found, in their order; none where they have to be qualified. */
export type SearchPath = readonly string[]

/**
 * In the table's own schema, as names are usually meant; and operators of types that extensions brought where those are: without them a
 * citext would silently be compared as text.
 */
export const searchPathFor = (schema: string, { schemas }: Pick<ExtensionTypes, 'schemas'>): SearchPath => [
  ...new Set([schema, ...schemas]),
]

/** The value of the setting; empty where the path is. */
export const searchPathSetting = (path: SearchPath): string => path.map(quoteIdentifier).join(', ')

/** A statement that finds names by a path, given as its setting, within a transaction in which it is otherwise empty. */
export const underSearchPath = (sql: string, setting: string): string =>
  setting === '' ? sql : `SET LOCAL search_path = ${setting}; ${sql}; SET LOCAL search_path = ''`

/** The rows that a statement without parameters answers under that path. */
export async function askUnderSearchPath<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  path: SearchPath,
): Promise<Row[]> {
  const results = (await client.query(underSearchPath(sql, searchPathSetting(path)))) as unknown as
    | pg.QueryResult<Row>
    | pg.QueryResult<Row>[]
  return (Array.isArray(results) ? results : [results]).flatMap(({ rows }) => rows)
}
