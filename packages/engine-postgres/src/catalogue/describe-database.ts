import type { DatabaseInfo, InspectOptions } from '@pgark/core'
import type pg from 'pg'
import { readServer } from '../connection/server.ts'
import { selectRelations } from '../selection/select-relations.ts'
import { isLockable, listRelations, listSchemas } from './relations.ts'
import { readTableInfos } from './table-info.ts'

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
  const tables = await readTableInfos(client, relations)
  const { database, version, encoding } = server
  return { database, serverVersion: version, encoding, schemas, tables }
}
