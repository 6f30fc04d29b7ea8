import { type OrmMigrations, sql } from '@pgark/core'
import type { DataSourceParts } from '../data-source.ts'
import { withMetadata } from './built-metadata.ts'

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
      const built = await withMetadata(dataSource)
      const names = built.migrations.map((migration) => migration.name ?? migration.constructor.name)
      return names.toSorted((a, b) => timestampOf(a) - timestampOf(b))
    },
    command: 'npx typeorm migration:run',
  }
}

/** TypeORM orders them by the JavaScript timestamp with which their names end. */
const timestampOf = (name: string): number => Number.parseInt(name.slice(-13), 10)
