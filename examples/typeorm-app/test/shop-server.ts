import { startServer, type TestServer } from '@pgark/test-servers'
import type { DataSource, EntityTarget, FindManyOptions, ObjectLiteral } from 'typeorm'
import { seed } from '../src/seed.ts'
import { shopOn } from '../src/shop.ts'

export interface ShopServer {
  readonly server: TestServer
  /** The application's own, initialized. */
  readonly shop: DataSource
  stop(): Promise<void>
}

/** A server with the seeded database `shop`. */
export async function startShop(): Promise<ShopServer> {
  const server = await startServer(17)
  await server.createDatabase('shop')
  await server.query('ALTER DATABASE shop SET search_path = "$user", public, extensions', 'postgres')
  const shop = await shopOn({ url: server.url('shop') }).initialize()
  await seed(shop)
  return {
    server,
    shop,
    stop: async () => {
      await shop.destroy()
      await server.stop()
    },
  }
}

/** The application on another database, as long as the work takes. */
export async function onDatabase<T>(url: string, work: (shop: DataSource) => Promise<T>): Promise<T> {
  const shop = await shopOn({ url }).initialize()
  try {
    return await work(shop)
  } finally {
    await shop.destroy()
  }
}

/** What TypeORM finds, as plain data in a fixed order. */
export async function found<Entity extends ObjectLiteral>(
  shop: DataSource,
  entity: EntityTarget<Entity>,
  options: FindManyOptions<Entity> = {},
): Promise<string[]> {
  const rows = await shop.getRepository(entity).find({ withDeleted: true, loadEagerRelations: false, ...options })
  return rows.map((row) => JSON.stringify(row)).toSorted()
}
