import type { TableInfo } from '@pgark/core'
import { quoteIdentifier } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Relation } from '../catalogue/relations.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import { type Inlined, inline } from './inline.ts'
import { type SearchPath, searchPathSetting } from './search-path.ts'
import { type Names, serverRefusal } from './server-refusal.ts'
import type { Template } from './template.ts'

/** Where filters are looked at by the server: a transaction that reads only. */
export interface Inspection {
  readonly client: pg.ClientBase
  readonly relation: Relation
  readonly table: TableInfo
  readonly searchPath: SearchPath
  /** Of types that columns of the user's tables have. */
  readonly extensionSchemas: readonly string[]
  readonly relations: readonly Relation[]
}

/** Has the server look at a condition. Throws `USAGE.FILTER` with what it has against it; reads no rows. */
export async function describeCondition(inspection: Inspection, template: Template): Promise<Inlined> {
  const { relation } = inspection
  const condition = inline(template)
  // A partitioned table has its rows in others; of any other table only its own are read.
  const only = relation.kind === 'p' ? '' : 'ONLY '
  const from = `${only}${qualifiedName(relation)} AS ${quoteIdentifier(relation.name)}`
  await describe(inspection, `SELECT FROM ${from} WHERE (${condition.sql}) LIMIT 0`)
  return condition
}

/** The columns of a query, as the server sees it. */
export async function describeQuery(inspection: Inspection, template: Template): Promise<readonly pg.FieldDef[]> {
  return await describe(inspection, `SELECT * FROM (${inline(template).sql}) AS "query" LIMIT 0`)
}

/**
 * The server parses and plans a statement, and ends it before its first row. Whatever comes of it, the transaction is as before: an
 * error would end it, and the next filter could not be looked at.
 */
async function describe(inspection: Inspection, statement: string): Promise<readonly pg.FieldDef[]> {
  const { client, searchPath } = inspection
  await client.query(`SAVEPOINT pgark_filter; SET LOCAL search_path = ${searchPathSetting(searchPath) || "''"}`)
  // The extended protocol takes one statement only.
  const config = { text: statement, queryMode: 'extended' }
  const [described] = await Promise.allSettled([client.query<Record<string, never>>(config)])
  await client.query('ROLLBACK TO SAVEPOINT pgark_filter; RELEASE SAVEPOINT pgark_filter')
  if (described.status === 'fulfilled') return described.value.fields
  throw await serverRefusal(described.reason, statement, namesFor(inspection))
}

const namesFor = ({ client, table, relations }: Inspection): Names => ({
  table,
  relations,
  async functionSchemas(name) {
    const { rows } = await client.query<{ schema: string }>(
      `SELECT DISTINCT n.nspname AS schema FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.proname = $1 AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
      [name],
    )
    return rows.map(({ schema }) => schema)
  },
})
