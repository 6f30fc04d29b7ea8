import type { DataSource, FindManyOptions, ObjectLiteral } from 'typeorm'
import type { ShopServer } from './shop-server.ts'

/** What TypeORM finds. A join table has no class, and its rows are no entities: they come as they are. */
export async function find(
  shop: DataSource,
  name: string,
  options: FindManyOptions<ObjectLiteral>,
): Promise<readonly ObjectLiteral[]> {
  const { tableType, columns } = shop.getMetadata(name)
  if (tableType !== 'junction') return await shop.getRepository(name).find(options)
  const rows: ObjectLiteral[] = await shop.createQueryBuilder(name, name).setFindOptions(options).getRawMany()
  const names = columns.map(({ databaseName }) => databaseName)
  return rows.map((row) => Object.fromEntries(names.map((column) => [column, row[`${name}_${column}`]])))
}

/** The primary keys of what it finds, each once. */
export async function keysFound(
  shop: DataSource,
  name: string,
  options: FindManyOptions<ObjectLiteral>,
): Promise<string[]> {
  const { primaryColumns } = shop.getMetadata(name)
  const rows = await find(shop, name, options)
  const keys = rows.map((row) => primaryColumns.map(({ propertyName }) => String(row[propertyName])).join())
  return [...new Set(keys)].toSorted()
}

/** The primary keys of the rows that a restored database has. */
export async function keysIn({ server, shop }: ShopServer, database: string, name: string): Promise<string[]> {
  const { primaryColumns, tablePath } = shop.getMetadata(name)
  const key = primaryColumns.map(({ databaseName }) => `${databaseName}::text`)
  const { rows } = await server.query(`SELECT concat_ws(',', ${key.join()}) AS key FROM ${tablePath}`, database)
  return rows.map((row: { key: string }) => row.key).toSorted()
}
