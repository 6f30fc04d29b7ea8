// A table once more in the same database, under a new name, with its indexes and sequence: to try something on.
//
//   DATABASE_URL=postgres://… node src/clone-table.ts
import { backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'

const engine = postgres(process.env.DATABASE_URL ?? '')
const from = file(process.env.BACKUPS ?? 'backups')

const { id } = await backup({ engine, to: from, tables: ['production.papers'] })
const { tables } = await restore({ engine, from, id, renameTables: { papers: 'papers_test' } })
for (const { schema, name, rows } of tables) console.log(`${schema}.${name}: ${rows} rows`)
