import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromTypeORM } from '@pgark/adapter-typeorm'
import { backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { compareDatabases } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUp, supportCase } from '../../src/back-up.ts'
import { Article, Content, Photo } from '../../src/entities/content.ts'
import { Customer } from '../../src/entities/customer.ts'
import { Invoice } from '../../src/entities/invoice.ts'
import { Order, OrderLine } from '../../src/entities/order.ts'
import { Category, Product, Tag } from '../../src/entities/product.ts'
import { Spending } from '../../src/entities/spending.ts'
import { shopOn } from '../../src/shop.ts'
import { found, onDatabase, type ShopServer, startShop } from '../shop-server.ts'

let running: ShopServer
let folder: string
beforeAll(async () => {
  running = await startShop()
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-typeorm-'))
})
afterAll(async () => {
  await running?.stop()
  await rm(folder, { recursive: true })
})

const since = new Date('2026-02-01T00:00:00Z')
const engineOn = (database: string) =>
  postgres({
    orm: fromTypeORM(shopOn({ url: running.server.url('shop') })),
    connectionString: running.server.url(database),
  })

test('what the application chooses is what it finds again after the restore', async () => {
  const { server, shop } = running
  const to = file(path.join(folder, 'support.sql.zst'))
  // As a job would: a DataSource that nobody has initialized, nor will.
  const idle = shopOn({ url: server.url('shop') })
  const { id } = await backUp(idle, to, since)
  expect(idle.isInitialized).toBe(false)
  await server.createDatabase('support')
  const { findings } = await restore({ engine: engineOn('support'), from: to, id })
  expect(findings).toEqual([])

  await onDatabase(server.url('support'), async (restored) => {
    const { order, line, invoice, photo } = supportCase(since)
    const orders = await found(restored, Order)
    expect(orders).toEqual(await found(shop, Order, { where: order }))
    expect(orders.some((row) => !row.includes('"deletedAt":null'))).toBe(true)
    expect(await found(restored, OrderLine, { relations: { order: true } })).toEqual(
      await found(shop, OrderLine, { where: line, relations: { order: true } }),
    )
    expect(await found(restored, Invoice)).toEqual(await found(shop, Invoice, { where: invoice }))
    expect(await found(restored, Photo)).toEqual(await found(shop, Photo, { where: photo }))
    // A filter of one entity of a table is about the whole table.
    expect(await found(restored, Article)).toEqual([])
    for (const whole of [Customer, Category, Tag] as const) {
      expect(await found<object>(restored, whole)).toEqual(await found<object>(shop, whole))
    }
    const tagged = { relations: { tags: true, category: true } }
    expect(await found(restored, Product, tagged)).toEqual(await found(shop, Product, tagged))
    const [tree, original] = await Promise.all(
      [restored, shop].map((each) => each.getTreeRepository(Category).findTrees()),
    )
    expect(tree).toEqual(original)
    for (const entity of [Order, OrderLine, Invoice, Photo])
      expect((await found<object>(restored, entity)).length).toBeGreaterThan(0)
    expect(await restored.getRepository(Spending).count()).toBeGreaterThan(0)
  })
})

test('without a filter, every table of the database is in the backup, whatever TypeORM hides', async () => {
  const { server } = running
  const to = file(path.join(folder, 'whole.sql.zst'))
  const { id, tables } = await backup({ engine: postgres(fromTypeORM(shopOn({ url: server.url('shop') }))), to })
  const { rows } = await server.query(
    `SELECT n.nspname || '.' || relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1`,
    'shop',
  )
  const names = rows.map(({ name }: { name: string }) => name)
  expect(tables.map(({ schema, name }) => `${schema}.${name}`).toSorted()).toEqual(names.toSorted())
  for (const hidden of ['migrations', 'typeorm_metadata', 'audit_log', 'categories_closure', 'product_tags'])
    expect(names).toContain(`shop.${hidden}`)

  await server.createDatabase('whole')
  await restore({ engine: engineOn('whole'), from: to, id })
  await onDatabase(server.url('whole'), async (restored) => {
    expect(await found(restored, Content)).toEqual(await found(running.shop, Content))
    expect(await restored.showMigrations()).toBe(false)
  })
  const { rows: compared, differences } = await compareDatabases(server, 'shop', 'whole')
  expect(differences).toEqual([])
  expect(compared).toBeGreaterThan(400)
})

test('a restore tells which migrations the application has beyond the backup', async () => {
  const { server } = running
  await server.query('CREATE DATABASE older TEMPLATE template0')
  await onDatabase(server.url('older'), async (older) => {
    await older.query('CREATE SCHEMA shop')
    const [first] = older.migrations
    Object.assign(older, { migrations: [first] })
    await older.runMigrations()
  })
  const to = file(path.join(folder, 'older.sql.zst'))
  const { id } = await backup({ engine: postgres(server.url('older')), to })
  await server.createDatabase('again')
  const { findings } = await restore({ engine: engineOn('again'), from: to, id })
  expect(findings).toMatchObject([
    { severity: 'warning', code: 'RESTORE.MIGRATIONS', hint: 'npx typeorm migration:run' },
  ])
  expect(findings[0]?.message).toMatch(
    /at the migration Shop1750000000000, and lacks 1 migration \(Orders1760000000000\)/,
  )
})
