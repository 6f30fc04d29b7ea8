// A small copy of production for development: the orders of test users in the last 30 days, their small payments, no audit trail.
//
//   DATABASE_URL=postgres://… DEVELOPMENT_URL=postgres://… node src/development-copy.ts
import { backup, file, restore, sql } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { equals } from '@pgark/filters'

const from = file(process.env.BACKUPS ?? 'backups')
const start = new Date(Date.now() - 30 * 86_400_000)
const testUsers = sql`SELECT id FROM users WHERE is_test`
const orders = sql`created_at >= ${start} AND user_id IN (${testUsers})`

const { id, tables } = await backup({
  engine: postgres(process.env.DATABASE_URL ?? ''),
  to: from,
  name: 'development',
  schemas: ['production'],
  filters: {
    users: equals('is_test', true),
    orders,
    payments: sql`amount < ${100} AND order_id IN (SELECT id FROM orders WHERE ${orders})`,
  },
  excludeTableData: ['production.audit_*'],
  renameSchemas: { production: 'development' },
})
for (const { schema, name, rows } of tables) console.log(`${schema}.${name}: ${rows} rows`)

await restore({ engine: postgres(process.env.DEVELOPMENT_URL ?? ''), from, id })
