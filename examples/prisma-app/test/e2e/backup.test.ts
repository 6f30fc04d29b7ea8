import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromPrisma, type PrismaFilters, where } from '@pgark/adapter-prisma'
import { type BackupOptions, backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Prisma } from '../../generated/client.ts'
import { createClient } from '../../src/client.ts'
import { createShop } from '../support/shop.ts'

const schema = path.join(import.meta.dirname, '../../prisma/schema')
let server: TestServer
let folder: string
let prisma: ReturnType<typeof createClient>

beforeAll(async () => {
  server = await startServer(17)
  prisma = createClient(await createShop(server, 'shop'))
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-prisma-'))
})
afterAll(async () => {
  await prisma.$disconnect()
  await server.stop()
  await rm(folder, { recursive: true })
})

/** A backup of the application, restored into a database of its own; a client of that. */
async function restored(name: string, options: Pick<BackupOptions, 'filters' | 'excludeTables' | 'onOrphans'>) {
  const to = file(path.join(folder, name))
  const { id, tables } = await backup({ engine: postgres(fromPrisma(prisma, { schema })), to, ...options })
  const url = await server.createDatabase(name)
  const { findings } = await restore({ engine: postgres(url), from: to, id })
  return { tables, findings, client: createClient(url) }
}

test('filters in the words of models: what is restored is what Prisma finds', async () => {
  const since = new Date('2026-03-01T00:00:00Z')
  const paid = { status: { in: ['PAID', 'SHIPPED'] }, createdAt: { gte: since } } satisfies Prisma.OrderWhereInput
  const filters = {
    Order: where(paid),
    OrderItem: where({ order: paid }),
    Customer: where({ OR: [{ orders: { some: paid } }, { role: 'ADMIN' }] }),
  } satisfies PrismaFilters<typeof prisma>
  const { client } = await restored('filtered', {
    filters,
    excludeTables: ['Session', 'AuditLog', '_OrderToTag', '_Friends', '_Favourites'],
    onOrphans: 'notValid',
  })
  const orders = await client.order.findMany({ orderBy: { id: 'asc' }, include: { items: true } })
  expect(orders).toEqual(await prisma.order.findMany({ where: paid, orderBy: { id: 'asc' }, include: { items: true } }))
  expect(orders.length).toBeGreaterThan(10)
  await client.$disconnect()
})
