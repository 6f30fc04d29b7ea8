import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { type OrmMigrations, sql } from '@pgark/core'

/** What Prisma Migrate has applied, and what the application has in that folder; undefined where there is no such folder. */
export function prismaMigrations(folder: string, schema: string): OrmMigrations | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
  return {
    table: { schema, name: '_prisma_migrations' },
    // By name as bytes, which is the order they are applied in, so that both lists can be compared by their ends.
    applied: (table) =>
      sql`SELECT DISTINCT migration_name COLLATE "C" AS migration_name FROM ${table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
    async ofApplication() {
      return readdirSync(folder, { withFileTypes: true })
        .filter(
          (entry) =>
            entry.isDirectory() && statSync(path.join(folder, entry.name, 'migration.sql'), { throwIfNoEntry: false }),
        )
        .map((entry) => entry.name)
        .sort()
    },
    command: 'npx prisma migrate deploy',
  }
}
