// Some customers, with all that is theirs, to another server; the ticket stands in the backup.
//
//   DATABASE_URL=postgres://… NEW_URL=postgres://… node src/customer-migration.ts 123 456 789
import { backup, file, restore, sql } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { foreignKey } from '@pgark/filters'

const users = process.argv.slice(2).map(Number)
const from = file(process.env.BACKUPS ?? 'backups')

const { id, rows } = await backup({
  engine: postgres(process.env.DATABASE_URL ?? ''),
  to: from,
  name: 'customer-migration',
  schemas: ['production'],
  filters: {
    users: foreignKey('id', users),
    orders: foreignKey('user_id', users),
    payments: sql`order_id IN (SELECT id FROM orders WHERE user_id = ANY (${users}))`,
  },
  excludeTableData: ['production.audit_*', 'production.papers'],
  metadata: { purpose: 'customer migration', ticket: 'PROJ-123' },
})
await restore({ engine: postgres(process.env.NEW_URL ?? ''), from, id })
console.log(`${rows} rows of ${users.length} customers are in the new database`)
