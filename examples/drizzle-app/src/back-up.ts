import { backup, type CompiledQuery, file } from '@pgark/core'
import { fromPgPool } from '@pgark/engine-postgres'
import { and, eq, gte, ne } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { boolean, integer, pgSchema, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const shop = pgSchema('shop')
const customers = shop.table('customers', { id: uuid().primaryKey(), isTest: boolean('is_test').notNull() })
const orders = shop.table(
  'orders',
  {
    region: text().notNull(),
    number: integer().notNull(),
    status: text({ enum: ['open', 'paid', 'sent'] }).notNull(),
    placedAt: timestamp('placed_at', { withTimezone: true }).notNull(),
    customerId: uuid('customer_id').references(() => customers.id),
  },
  ({ region, number }) => [primaryKey({ columns: [region, number] })],
)

const db = drizzle(process.env.DATABASE_URL ?? '')

/** A query for primary keys, as Drizzle would run it. */
const keys = (query: { toSQL(): { sql: string; params: unknown[] } }): CompiledQuery => {
  const { sql, params } = query.toSQL()
  return { text: sql, values: params }
}

const testers = db.select({ id: customers.id }).from(customers).where(eq(customers.isTest, true))
const theirOrders = db
  .select({ region: orders.region, number: orders.number })
  .from(orders)
  .innerJoin(customers, eq(customers.id, orders.customerId))
  .where(and(ne(orders.status, 'open'), gte(orders.placedAt, new Date('2026-01-15')), eq(customers.isTest, true)))

const { id, rows } = await backup({
  engine: fromPgPool(db.$client),
  to: file(process.env.BACKUPS ?? 'backups'),
  filters: { 'shop.customers': keys(testers), 'shop.orders': keys(theirOrders) },
})
console.log(`${id}: ${rows} rows`)
await db.$client.end()
