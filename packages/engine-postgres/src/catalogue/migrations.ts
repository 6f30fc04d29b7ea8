import { ident, type OrmMigrations } from '@pgark/core'
import type pg from 'pg'
import { templateOfSql } from '../filters/template.ts'
import { listRelations } from './relations.ts'

/**
 * The migrations of an application that the database notes as applied, in their order; undefined where it has no table of them.
 *
 * @param client in a pinned transaction, whose search_path is empty
 * @param searchPath the role's own
 */
export async function readMigrations(
  client: pg.ClientBase,
  searchPath: readonly string[],
  { table, applied }: OrmMigrations,
): Promise<readonly string[] | undefined> {
  const relations = await listRelations(client, searchPath)
  const found = relations.find(
    ({ schema, name, isVisible }) =>
      name === table.name && (table.schema === undefined ? isVisible : schema === table.schema),
  )
  if (!found) return undefined
  const { text, values } = templateOfSql(applied(ident(found.schema, found.name)))
  const { rows } = await client.query<[string]>({ text, values: [...values], rowMode: 'array' })
  return rows.map(([name]) => name)
}
