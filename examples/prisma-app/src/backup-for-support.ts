// The customers of staff, with their orders, for somebody who looks into a problem; no sessions, no audit trail.
//
//   DATABASE_URL=postgres://… node src/backup-for-support.ts
import { fromPrisma, where } from '@pgark/adapter-prisma'
import { backup, file } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import type { Prisma } from '../generated/client.ts'
import { createClient } from './client.ts'

const prisma = createClient(process.env.DATABASE_URL ?? '')
const staff = { role: { in: ['STAFF', 'ADMIN'] }, deletedAt: null } satisfies Prisma.CustomerWhereInput

const { tables } = await backup({
  engine: postgres(fromPrisma(prisma)),
  to: file(process.env.BACKUPS ?? 'backups'),
  filters: {
    Customer: where(staff),
    Order: where({ customer: staff }),
    OrderItem: where({ order: { customer: staff } }),
  },
  excludeTables: ['Session', 'AuditLog', '_Friends', '_Favourites', '_OrderToTag'],
  onOrphans: 'notValid',
})
for (const { schema, name, rows } of tables) console.log(`${schema}.${name}: ${rows} rows`)
