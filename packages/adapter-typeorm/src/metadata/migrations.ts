import { type OrmMigrations, sql } from '@pgark/core'
import type { DataSourceParts } from '../data-source.ts'
import { build, withMetadata } from './built-metadata.ts'

/** Undefined where the application has none. https://typeorm.io/docs/migrations/why */
export function migrationsOf(dataSource: DataSourceParts): OrmMigrations | undefined {
  const { migrations, migrationsTableName, schema } = dataSource.options
  if (Object.keys((migrations as object | undefined) ?? {}).length === 0) return undefined
  return {
    table: {
      schema: (schema as string | undefined) || undefined,
      name: (migrationsTableName as string | undefined) ?? 'migrations',
    },
    applied: (table) => sql`SELECT name FROM ${table} ORDER BY "timestamp", id`,
    ofApplication: async () => {
      const names = (await loaded(dataSource)).map((migration) => migration.name ?? migration.constructor.name)
      return names.toSorted((a, b) => timestampOf(a) - timestampOf(b))
    },
    command: 'npx typeorm migration:run',
  }
}

/** A DataSource is initialized before it has loaded them: where it has none yet, they are loaded apart, and it stays as it is. */
async function loaded(dataSource: DataSourceParts): Promise<DataSourceParts['migrations']> {
  const { isInitialized, migrations } = await withMetadata(dataSource)
  if (!isInitialized || migrations.length > 0) return migrations
  const options = { ...dataSource.options, entities: [], subscribers: [] }
  const apart: DataSourceParts = Object.create(dataSource, { options: { value: options } })
  await build(apart)
  return apart.migrations
}

/** TypeORM orders them by the JavaScript timestamp with which their names end. */
const timestampOf = (name: string): number => Number.parseInt(name.slice(-13), 10)
