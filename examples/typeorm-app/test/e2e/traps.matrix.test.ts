import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromTypeORM, fromTypeORMFile, where } from '@pgark/adapter-typeorm'
import { type BackupOptions, backup, file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { equals } from '@pgark/filters'
import { DataSource, EntitySchema, In, LessThan, MoreThan } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Article, Content, Photo } from '../../src/entities/content.ts'
import { Customer } from '../../src/entities/customer.ts'
import { Invoice } from '../../src/entities/invoice.ts'
import { Order, OrderLine } from '../../src/entities/order.ts'
import { Product } from '../../src/entities/product.ts'
import { shopOn } from '../../src/shop.ts'
import { found, onDatabase, type ShopServer, startShop } from '../shop-server.ts'

// What an ORM does besides finding rows, and where it would find others than were meant; on a real server.

let running: ShopServer
let folder: string
beforeAll(async () => {
  running = await startShop()
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-traps-'))
})
afterAll(async () => {
  await running?.stop()
  await rm(folder, { recursive: true })
})

let count = 0
/** The rows of one entity in a backup with these filters. */
async function rowsIn<Entity extends object>(
  entity: new () => Entity,
  options: Partial<BackupOptions>,
  dataSource = shopOn({ url: running.server.url('shop') }),
): Promise<string[]> {
  const database = `trap_${++count}`
  const to = file(path.join(folder, `${database}.sql`))
  const { id } = await backup({ engine: postgres(fromTypeORM(dataSource)), to, onOrphans: 'notValid', ...options })
  await running.server.createDatabase(database)
  await restore({ engine: postgres(running.server.url(database)), from: to, id })
  return await onDatabase(running.server.url(database), (restored) => found(restored, entity))
}

describe('the application’s database', () => {
  test('is not touched by a DataSource that would make its schema anew', async () => {
    const { server, shop } = running
    const { options } = shopOn({ url: server.url('shop') })
    const eager = new DataSource({ ...options, synchronize: true, dropSchema: true, migrationsRun: true } as never)
    const before = await tablesOf()
    const rows = await rowsIn(Order, { filters: { Order: where(Order, { status: 'paid' }) } }, eager)
    expect(rows).toEqual(await found(shop, Order, { where: { status: 'paid' } }))
    expect(eager.isInitialized).toBe(false)
    expect(await tablesOf()).toEqual(before)
  })

  const tablesOf = async () =>
    (await running.server.query('SELECT oid, relname, relfilenode FROM pg_class ORDER BY oid', 'shop')).rows.filter(
      ({ oid }: { oid: number }) => oid >= 16384,
    )

  test('stays connected to the application, whose DataSource is initialized', async () => {
    const { shop } = running
    const rows = await rowsIn(Order, { filters: { Order: where(Order, { status: 'open' }) } }, shop)
    expect(rows).toEqual(await found(shop, Order, { where: { status: 'open' } }))
    expect(shop.isInitialized).toBe(true)
    expect(await shop.getRepository(Order).count({ withDeleted: true })).toBe(48)
  })
})

describe('the server that is meant', () => {
  const nobody = 'postgres://nobody@127.0.0.1:1/shop'

  test('is the first slave, where the role is asked for', async () => {
    const { server } = running
    const replication = { master: { url: nobody }, slaves: [{ url: server.url('shop') }, { url: nobody }] }
    const { options } = shopOn({ url: nobody })
    const dataSource = new DataSource({ ...options, replication } as never)
    const engine = postgres(fromTypeORM(dataSource, { role: 'slave' }))
    const { tables } = await backup({ engine, to: file(path.join(folder, 'slave.sql')), tables: ['Invoice'] })
    expect(tables).toMatchObject([{ schema: 'billing', name: 'invoices', rows: 80 }])
  })

  test('is that of extra, which wins, with a password that is asked for', async () => {
    const { hostname: host, port } = new URL(running.server.url('shop'))
    const { options } = shopOn({ url: nobody })
    const extra = { connectionString: undefined, host, port, user: 'postgres', database: 'shop', max: 1 }
    const dataSource = new DataSource({ ...options, password: async () => 'token', extra } as never)
    const to = file(path.join(folder, 'extra.sql'))
    const { tables } = await backup({ engine: postgres(fromTypeORM(dataSource)), to, tables: ['Tag'] })
    expect(tables).toMatchObject([{ schema: 'shop', name: 'tags', rows: 8 }])
  })
})

describe('the rows that are meant', () => {
  test('in tables that the search_path finds, where entities have no schema', async () => {
    const { server, shop } = running
    const url = `${server.url('shop')}?options=-csearch_path%3Dshop`
    const unplaced = new DataSource({ ...shopOn({ url }).options, schema: undefined } as never)
    const condition = { lines: { quantity: 7 }, customer: { isActive: true } }
    const expected = await found(shop, Order, { where: condition })
    expect(expected.length).toBeGreaterThan(0)
    expect(await rowsIn(Order, { filters: { Order: where(Order, condition) } }, unplaced)).toEqual(expected)
    const beyond = { filters: { Invoice: where(Invoice, { customer: { isActive: true } }) } }
    await expect(rowsIn(Order, beyond, unplaced)).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('The condition reaches Customer, whose table customers has no schema'),
    })
  })

  test('by a citext, as sessions of the application compare it', async () => {
    const { server, shop } = running
    const condition = { email: 'C3@EXAMPLE.com' }
    const expected = await found(shop, Customer, { where: condition })
    expect(expected).toHaveLength(1)
    const filters = { Customer: where(Customer, condition) }
    expect(await rowsIn(Customer, { filters })).toEqual(expected)
    // By this path the operators of the extension are not found, and citext is compared as text.
    const url = `${server.url('shop')}?options=-csearch_path%3Dshop`
    expect(await onDatabase(url, (asText) => found(asText, Customer, { where: condition }))).toEqual([])
    await expect(rowsIn(Customer, { filters }, shopOn({ url }))).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('of a type of an extension in extensions'),
    })
  })

  test('by a key whose columns the database has in another order', async () => {
    const { shop } = running
    const condition = { region: In(['1', '2']), status: 'paid' as const }
    const expected = await found(shop, Order, { where: condition })
    // Of each of these keys there is an order with region and number exchanged.
    expect(expected.length).toBeGreaterThan(2)
    expect(await rowsIn(Order, { filters: { Order: where(Order, condition) } })).toEqual(expected)
  })

  test('not by another key than that of the table', async () => {
    const coded = new EntitySchema<{ code: string }>({
      name: 'Coded',
      schema: 'shop',
      tableName: 'tags',
      columns: { code: { type: String, name: 'label', primary: true } },
    })
    const { options } = shopOn({ url: running.server.url('shop') })
    const dataSource = new DataSource({ ...options, entities: [coded] } as never)
    const filters = { Coded: where(coded, { code: 'tag 1' }) }
    await expect(rowsIn(Order, { filters }, dataSource)).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('to select the primary key (id), it selects (label).'),
    })
  })

  test('each once, however often joins find them', async () => {
    const { shop } = running
    const condition = { tags: { id: In([1, 2, 3, 4, 5, 6, 7, 8]) } }
    const builder = () => shop.getRepository(Product).createQueryBuilder('p').innerJoin('p.tags', 't').where('t.id > 0')
    const expected = await found(shop, Product, { where: condition })
    const joined: unknown[] = await builder().select('p.id').getRawMany()
    expect(joined.length).toBeGreaterThan(expected.length)
    expect(await rowsIn(Product, { filters: { Product: where(Product, condition) } })).toEqual(expected)
    expect(await rowsIn(Product, { filters: { Product: where(builder()) } }, shop)).toEqual(expected)
  })

  test('soft-deleted ones among them, unless asked otherwise', async () => {
    const { shop } = running
    const condition = { lines: { quantity: MoreThan(1) } }
    const withDeleted = await rowsIn(Order, { filters: { Order: where(Order, condition) } })
    const without = await rowsIn(Order, { filters: { Order: where(Order, condition, { withDeleted: false }) } })
    expect(withDeleted).toEqual(await found(shop, Order, { where: condition }))
    expect(without).toEqual(await found(shop, Order, { where: condition, withDeleted: false }))
    expect(without.length).toBeLessThan(withDeleted.length)
  })

  test('of one entity of a table with several, or of all of them', async () => {
    const { shop } = running
    const photos = await rowsIn(Content, { filters: { Photo: where(Photo, { width: LessThan(500) }) } })
    expect(photos).toEqual(await found(shop, Photo, { where: { width: LessThan(500) } }))
    expect(photos.length).toBeGreaterThan(0)
    const all = await rowsIn(Content, { filters: { Content: where(Content, { id: MoreThan(10) }) } })
    expect(all).toEqual(await found(shop, Content, { where: { id: MoreThan(10) } }))
    expect(all.some((row) => row.includes('words')) && all.some((row) => row.includes('width'))).toBe(true)
  })

  test('by a filter that is none of TypeORM, with the names of its fields', async () => {
    const { shop } = running
    expect(await rowsIn(Customer, { filters: { Customer: equals('home.zip', '1003') } })).toEqual(
      await found(shop, Customer, { where: { home: { zip: '1003' } } }),
    )
  })
})

describe('refused before anything connects', () => {
  const nowhere = () => postgres(fromTypeORM(shopOn({ url: 'postgres://app:hunter2@127.0.0.1:1/shop' })))
  test.each<[string, Partial<BackupOptions>, string, string]>([
    ['an unknown model', { excludeTables: ['Ordr'] }, 'USAGE.MODEL', 'typeorm knows no model Ordr.'],
    [
      'an unknown field',
      { filters: { Order: where<{ stauts: string }>({ stauts: 'paid' }) } },
      'USAGE.MODEL',
      'The filter for Order: Order has no field stauts.',
    ],
    [
      'two models on one table',
      { filters: { Photo: where(Photo, { id: 1 }), Article: where(Article, { id: 2 }) } },
      'USAGE.MODEL',
      'The filters for Photo and Article are both for the table "shop"."contents".',
    ],
    [
      'a part of a table',
      { excludeTables: ['Photo'] },
      'USAGE.MODEL',
      'Photo is only some of the rows of the table contents.',
    ],
    [
      'undefined',
      { filters: { OrderLine: where(OrderLine, { order: { number: undefined as never } }) } },
      'USAGE.FILTER',
      'The filter for OrderLine: The value at order.number is undefined.',
    ],
  ])('%s', async (_, options, code, message) => {
    const call = backup({ engine: nowhere(), to: file(path.join(folder, 'never.sql')), ...options })
    await expect(call).rejects.toMatchObject({ code, message, hint: expect.stringMatching(/\w{4}/) })
  })
})

test('the module that TypeORM’s command takes is taken as it is', async () => {
  const { server } = running
  const module = path.join(import.meta.dirname, '../../src/data-source.ts')
  process.env.DATABASE_URL = server.url('shop')
  try {
    const to = file(path.join(folder, 'module.sql'))
    const { tables } = await backup({ engine: postgres(fromTypeORMFile(module)), to, tables: ['Order', 'Invoice'] })
    expect(tables.map(({ schema, name }) => `${schema}.${name}`).toSorted()).toEqual([
      'billing.invoices',
      'shop.orders',
    ])
  } finally {
    delete process.env.DATABASE_URL
  }
})
