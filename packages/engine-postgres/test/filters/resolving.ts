import type { FilterInput, Selection } from '@pgark/core'
import type { TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { listRelations, listSchemas, readSearchPath } from '../../src/catalogue/relations.ts'
import { readServer } from '../../src/connection/server.ts'
import { resolveFilters } from '../../src/filters/resolve-filters.ts'
import { searchPathSetting } from '../../src/filters/search-path.ts'
import type { TableFilters } from '../../src/filters/table-filter.ts'
import { selectRelations } from '../../src/selection/select-relations.ts'
import { pinnedSettings, setLocal } from '../../src/snapshot/pinned-settings.ts'

/** A transaction like the one that holds the snapshot of a backup. */
export interface Snapshot {
  readonly client: pg.Client
  resolve(
    filters: Record<string, FilterInput>,
    options?: { selection?: Selection; filterValues?: boolean },
  ): Promise<Resolved>
}

export interface Resolved {
  readonly filters: TableFilters
  readonly findings: readonly { readonly code: string; readonly message: string }[]
  /** The rows that the filter of a table chooses, read the way a backup reads them: one column of them, in order. */
  chosen(table: string, column?: string): Promise<string[]>
}

/** Opens it, and rolls it back once the work is done. */
export async function inSnapshot<T>(
  server: TestServer,
  database: string,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(server.url(database))
  await client.connect()
  try {
    const searchPath = await readSearchPath(client)
    const { version, versionNum } = await readServer(client)
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${setLocal(pinnedSettings(versionNum, 10_000))}`,
    )
    const relations = await listRelations(client, searchPath)
    const schemas = await listSchemas(client)
    return await work({
      client,
      async resolve(filters, { selection = {}, filterValues = false } = {}) {
        const selected = selectRelations(relations, schemas, selection)
        const { signal } = new AbortController()
        const resolved = await resolveFilters(
          client,
          selected,
          { filters, filterValues },
          { serverVersion: version, signal },
        )
        return { ...resolved, chosen: (table, column = 'id') => chosen(client, resolved.filters, table, column) }
      },
    })
  } finally {
    await client.end()
  }
}

async function chosen(client: pg.Client, filters: TableFilters, table: string, column: string): Promise<string[]> {
  const { rows } = await client.query('SELECT $1::regclass::oid::int8::text AS oid', [table])
  const filter = filters.get(Number(rows[0].oid))
  if (!filter) throw new Error(`Expected a filter for ${table}`)
  const { alias, condition, searchPath } = filter
  await client.query(`SAVEPOINT reading; SET LOCAL search_path = ${searchPathSetting(searchPath) || "''"}`)
  const read = await client.query(
    `SELECT "${column}"::text AS value FROM ONLY ${table} AS "${alias}" WHERE (${condition}) ORDER BY "${column}"`,
  )
  await client.query('ROLLBACK TO SAVEPOINT reading')
  return read.rows.map(({ value }) => value)
}
