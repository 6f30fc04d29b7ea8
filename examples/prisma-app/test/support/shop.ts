import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestServer } from '@pgark/test-servers'

const root = path.join(import.meta.dirname, '../..')
const migrations = path.join(root, 'prisma/migrations')

/** As Prisma Migrate makes it. */
const tableOfMigrations = `CREATE TABLE "_prisma_migrations" (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)`

/** The shop's database, migrated and seeded. Prisma's own command would have to be downloaded in parts. */
export async function createShop(server: TestServer, name: string): Promise<string> {
  const url = await server.createDatabase(name)
  await server.query(`ALTER DATABASE ${name} SET search_path = "$user", public, extensions`, name)
  await server.query(tableOfMigrations, name)
  for (const migration of await migrationNames()) {
    const script = await readFile(path.join(migrations, migration, 'migration.sql'), 'utf8')
    await server.query(script, name)
    const checksum = createHash('sha256').update(script).digest('hex')
    await server.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ('${randomUUID()}', '${checksum}', now(), '${migration}', 1)`,
      name,
    )
  }
  await server.query(await readFile(path.join(import.meta.dirname, 'seed.sql'), 'utf8'), name)
  return url
}

export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(migrations, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}
