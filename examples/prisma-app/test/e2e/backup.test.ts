import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromPrisma, type PrismaFilters, where } from '@pgark/adapter-prisma'
import { type BackupOptions, backup, file, type OrmAdapter, openBackup, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { equals } from '@pgark/filters'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Prisma } from '../../generated/client.ts'
import { createClient } from '../../src/client.ts'
import { createShop, migrationNames } from '../support/shop.ts'

const configFile = path.join(import.meta.dirname, '../../prisma.config.ts')
const all = { orderBy: { id: 'asc' } } as const
let server: TestServer
let folder: string
let prisma: ReturnType<typeof createClient>
let orm: OrmAdapter

beforeAll(async () => {
  server = await startServer(17)
  const url = await createShop(server, 'shop')
  // As an application has it in its environment.
  process.env.DATABASE_URL = url
  prisma = createClient(url)
  orm = fromPrisma(prisma, { configFile })
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-prisma-'))
})
afterAll(async () => {
  await prisma.$disconnect()
  await server.stop()
  await rm(folder, { recursive: true })
})

/** A backup of the application, restored into a database of its own; what a client of that finds. */
async function restored<T>(
  name: string,
  options: Pick<BackupOptions, 'filters' | 'excludeTables' | 'onOrphans'>,
  find: (client: typeof prisma) => Promise<T>,
): Promise<T> {
  const to = file(path.join(folder, name))
  const { id } = await backup({ engine: postgres(orm), to, ...options })
  await restore({ engine: postgres({ orm, connectionString: server.url(name) }), from: to, id, createDatabase: true })
  const client = createClient(server.url(name))
  const [found] = await Promise.allSettled([find(client)])
  await client.$disconnect()
  if (found.status === 'rejected') throw found.reason
  return found.value
}

/** How many rows of a table a backup has. */
async function rowsInBackup(name: string, table: string, filters: NonNullable<BackupOptions['filters']>) {
  const to = file(path.join(folder, `${name}.dump`))
  const { tables } = await backup({ engine: postgres(orm), to, filters, onOrphans: 'report' })
  return tables.find((each) => each.name === table)?.rows
}

describe('a backup in the words of models', () => {
  test('has the rows that Prisma finds, and gives them back as they were', async () => {
    const since = new Date('2026-03-01T00:00:00Z')
    const paid = { status: { in: ['PAID', 'SHIPPED'] }, createdAt: { gte: since } } satisfies Prisma.OrderWhereInput
    const customers = { orders: { some: paid } } satisfies Prisma.CustomerWhereInput
    const filters = {
      Order: where(paid),
      OrderItem: where({ order: paid }),
      Customer: where(customers),
    } satisfies PrismaFilters<typeof prisma>
    const excludeTables = ['Session', 'AuditLog', '_OrderToTag', '_Friends', '_Favourites']
    const read = async (client: typeof prisma, isFiltered: boolean) => ({
      orders: await client.order.findMany({ ...all, ...(isFiltered && { where: paid }) }),
      items: await client.orderItem.findMany({
        orderBy: [{ orderId: 'asc' }, { line: 'asc' }],
        ...(isFiltered && { where: { order: paid } }),
      }),
      customers: await client.customer.findMany({ ...all, ...(isFiltered && { where: customers }) }),
      products: await client.product.findMany(all),
      paid: await client.paidOrder.findMany({
        ...all,
        ...(isFiltered && { where: { id: { in: idsOf(await prisma.order.findMany({ where: paid })) } } }),
      }),
    })
    const found = await restored('filtered', { filters, excludeTables, onOrphans: 'notValid' }, (client) =>
      read(client, false),
    )
    expect(found).toEqual(await read(prisma, true))
    expect(found.orders.length).toBeGreaterThan(10)
    expect(found.orders.length).toBeLessThan(await prisma.order.count())
  })

  test('whole, reads through Prisma as the original does, relations and rows marked as deleted included', async () => {
    const read = async (client: typeof prisma) => ({
      customers: await client.customer.findMany({
        ...all,
        include: { friends: all, favourites: all, referred: all, sessions: { orderBy: { token: 'asc' } } },
      }),
      orders: await client.order.findMany({ ...all, include: { tags: all, items: { orderBy: { line: 'asc' } } } }),
      categories: await client.category.findMany({ ...all, include: { parent: true, children: all } }),
      products: await client.product.findMany(all),
      deleted: await client.customer.count({ where: { deletedAt: { not: null } } }),
    })
    const found = await restored('whole', {}, read)
    expect(found).toEqual(await read(prisma))
    expect(found.deleted).toBe(12)
  })

  test('whole, has every table of the database, whatever Prisma hides', async () => {
    const { tables } = await backup({ engine: postgres(orm), to: file(path.join(folder, 'every.dump')) })
    const { rows } = await server.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('public', 'crm') ORDER BY 1`,
      'shop',
    )
    const names = tables.map(({ schema: of, name }) => `${of}.${name}`).sort()
    expect(names).toEqual(rows.map(({ name }) => name).sort())
    expect(names).toEqual(expect.arrayContaining(['crm.audit_log', 'public._OrderToTag', 'public._prisma_migrations']))
  })

  test('leaves rows that are marked as deleted out where that is asked for', async () => {
    expect(
      await rowsInBackup('alive', 'customers', { Customer: where<Prisma.CustomerWhereInput>({ deletedAt: null }) }),
    ).toBe(48)
  })

  test('takes fields for columns in the filters of @pgark/filters', async () => {
    expect(await rowsInBackup('gifts', 'orders', { Order: equals('isGift', true) })).toBe(20)
  })

  test('takes conditions with more values than a query may have', async () => {
    const id = { in: Array.from({ length: 40_000 }, (_, index) => index + 100) }
    expect(await rowsInBackup('many', 'orders', { Order: where<Prisma.OrderWhereInput>({ id }) })).toBe(21)
  })

  test('finds the instants that Prisma finds in a session with another time zone', async () => {
    await server.query("ALTER DATABASE shop SET timezone = 'Asia/Kolkata'", 'shop')
    const client = createClient(server.url('shop'))
    const condition = { createdAt: { gte: new Date('2026-03-01T12:00:00Z'), lt: new Date('2026-04-01T12:30:00Z') } }
    const found = await client.order.count({ where: condition })
    await client.$disconnect()
    const counted = await rowsInBackup('zone', 'orders', { Order: where(condition) })
    await server.query('ALTER DATABASE shop RESET timezone', 'shop')
    expect(counted).toBe(found)
    // In UTC the condition means other rows.
    expect(await prisma.order.count({ where: condition })).not.toBe(found)
  })

  test('finds a citext as the application does, or says that its sessions compare it as text', async () => {
    const email = { in: ['C3@EXAMPLE.com', 'c4@OTHER.example'] }
    const ofCustomer = (condition: Prisma.CustomerWhereInput) => ({ Customer: where(condition) })
    expect(await prisma.customer.count({ where: { email } })).toBe(1)
    expect(await rowsInBackup('citext', 'customers', ofCustomer({ email }))).toBe(1)
    // Without the schema of the extension Prisma finds none of them.
    await server.query('ALTER DATABASE shop SET search_path = "$user", public', 'shop')
    const asText = createClient(server.url('shop'))
    const countedAsText = await asText.customer.count({ where: { email } })
    await asText.$disconnect()
    const refused = expect(rowsInBackup('as-text', 'customers', ofCustomer({ email }))).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('of a type of an extension in extensions'),
      hint: expect.stringContaining('set the search_path'),
    })
    const throughRelation = expect(
      rowsInBackup('as-text-orders', 'orders', { Order: where<Prisma.OrderWhereInput>({ customer: { email } }) }),
    ).rejects.toMatchObject({ code: 'USAGE.FILTER', hint: expect.stringContaining('set the search_path') })
    // Where nothing is compared that way, it is no matter.
    const others = await rowsInBackup('names', 'customers', ofCustomer({ name: { startsWith: 'Ada' } }))
    await Promise.all([refused, throughRelation])
    await server.query('ALTER DATABASE shop SET search_path = "$user", public, extensions', 'shop')
    expect(countedAsText).toBe(0)
    expect(others).toBe(10)
  })
})

describe('a restore', () => {
  test('says when the application has other migrations', async () => {
    const to = file(path.join(folder, 'behind'))
    const last = (await migrationNames()).at(-1)
    await server.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${last}'`, 'shop')
    const { id } = await backup({ engine: postgres(orm), to })
    await server.query('UPDATE _prisma_migrations SET rolled_back_at = NULL', 'shop')
    const engine = postgres({ orm, connectionString: server.url('behind') })
    const { findings } = await restore({ engine, from: to, id, createDatabase: true })
    expect(findings).toMatchObject([
      {
        code: 'RESTORE.MIGRATIONS',
        message: expect.stringContaining(`lacks 1 migration (${last})`),
        hint: 'npx prisma migrate deploy',
      },
    ])
  })

  test('says nothing where the migrations are the same', async () => {
    const to = file(path.join(folder, 'same'))
    const { id } = await backup({ engine: postgres(orm), to })
    const engine = postgres({ orm, connectionString: server.url('same') })
    expect((await restore({ engine, from: to, id, createDatabase: true })).findings).toEqual([])
  })
})

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

const example = path.join(import.meta.dirname, '../..')

/** Runs a program in the example's folder, against the packages as they were built. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: example,
    encoding: 'utf8',
    env: {
      ...{ PATH: process.env.PATH, NO_COLOR: '1' },
      ...{ DATABASE_URL: server.url('shop'), BACKUPS: path.join(folder, 'support') },
    },
  })
  return { status, stdout, stderr }
}

describe('the program of the example', () => {
  test('backs up what its first lines say', async () => {
    const { stdout, stderr } = run('src/backup-for-support.ts')
    expect(stderr).toBe('')
    const customers = await prisma.customer.count({ where: { role: { in: ['STAFF', 'ADMIN'] }, deletedAt: null } })
    expect(stdout).toContain(`crm.customers: ${customers} rows\n`)
    expect(customers).toBeGreaterThan(0)
    expect(stdout).toContain('public._prisma_migrations: 2 rows\n')
    expect(stdout).not.toContain('sessions')
  })
})

describe('the command', () => {
  test('finds the database by the config file of Prisma, and takes names of models', async () => {
    const to = path.join(folder, 'command.dump')
    const excluded = ['--exclude-table', 'Session', '--exclude-table', 'AuditLog']
    const { status, stderr } = run('../../packages/cli/dist/pgark.js', 'backup', '--prisma', '--to', to, ...excluded)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('(from datasource.url of prisma.config.ts)'),
    })
    const source = await openBackup(file(to), undefined, new AbortController().signal)
    const contents = await source.contents()
    const names = contents?.tables.map(({ name }) => name)
    expect(names).toContain('_prisma_migrations')
    expect(names).not.toContain('sessions')
    expect(names).not.toContain('audit_log')
  })
})
