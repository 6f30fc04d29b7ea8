import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromTypeORM, where } from '@pgark/adapter-typeorm'
import { backup, file, type OrmWhere, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import type { ObjectLiteral } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopOn } from '../src/shop.ts'
import { find, keysFound, keysIn } from './found-keys.ts'
import { Random } from './random.ts'
import { type Entity, randomWhere } from './random-where.ts'
import { type ShopServer, startShop } from './shop-server.ts'

// Random conditions: the rows in real backups are those that TypeORM finds, with soft-deleted rows and without.

const trees = 200

const home = { street: 'text?', zip: 'text?' } as const
const entities: Readonly<Record<string, Entity>> = {
  Customer: {
    fields: {
      ...{
        id: 'id',
        name: 'text',
        email: 'anycase',
        country: 'text',
        level: 'id',
        balance: 'number',
        points: 'number',
        born: 'time?',
      },
      ...{ interests: 'list', settings: 'json', avatar: 'bytes?', isActive: 'flag', createdAt: 'time', home },
      deletedAt: 'time?',
    },
    relations: { referrer: 'Customer', referred: 'Customer', orders: 'Order' },
    counted: ['referred'],
  },
  Order: {
    fields: { region: 'text', number: 'text', status: 'id', total: 'number', placedAt: 'time', deletedAt: 'time?' },
    relations: { customer: 'Customer', lines: 'OrderLine' },
    counted: [],
  },
  OrderLine: {
    fields: { id: 'number', quantity: 'number' },
    relations: { order: 'Order', product: 'Product' },
    counted: [],
  },
  Product: {
    fields: { id: 'number', code: 'text', price: 'number' },
    relations: { category: 'Category', tags: 'Tag' },
    counted: ['tags'],
  },
  Category: {
    fields: { id: 'number', name: 'text' },
    relations: { parent: 'Category', children: 'Category' },
    counted: ['children'],
  },
  Tag: { fields: { id: 'number', label: 'text' }, relations: { products: 'Product' }, counted: ['products'] },
  Invoice: {
    fields: { id: 'number', amount: 'number', paidOn: 'time?' },
    relations: { customer: 'Customer' },
    counted: [],
  },
  Content: { fields: { id: 'number', title: 'text' }, relations: {}, counted: [] },
  Photo: { fields: { id: 'number', title: 'text', width: 'number?' }, relations: {}, counted: [] },
  product_tags: { fields: { product_id: 'number', tag_id: 'number' }, relations: {}, counted: [] },
}
/** Of one backup: each has a table of its own. */
const tables = ['Customer', 'Order', 'OrderLine', 'Product', 'Category', 'Tag', 'Invoice', 'product_tags']

let running: ShopServer
let folder: string
/** All rows, soft-deleted ones among them, as TypeORM reads them. */
const all = new Map<string, readonly ObjectLiteral[]>()

beforeAll(async () => {
  running = await startShop()
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-trees-'))
  for (const name of Object.keys(entities)) {
    all.set(name, await find(running.shop, name, { withDeleted: true }))
  }
})
afterAll(async () => {
  await running?.stop()
  await rm(folder, { recursive: true })
})

function valuesOf(entity: string, path: readonly string[]): readonly unknown[] {
  const rows = all.get(entity) ?? []
  const values = rows.map((row) => path.reduce<unknown>((value, name) => (value as ObjectLiteral)[name], row))
  return values.filter((value) => value !== null && value !== undefined)
}

/** Made anew for each use: TypeORM changes operators when it compiles them. */
const conditionOf = (name: string, seed: number) => randomWhere({ random: new Random(seed), entities, valuesOf }, name)

interface Tree {
  readonly name: string
  readonly seed: number
}

/** Several in each backup, of different tables. */
function backupsOf(count: number): Tree[][] {
  const perBackup = tables.length + 1
  return Array.from({ length: Math.ceil(count / perBackup) }, (_, at) => {
    const names = [...tables, at % 2 === 0 ? 'Content' : 'Photo']
    return names.map((name, index) => ({ name, seed: at * perBackup + index })).filter(({ seed }) => seed < count)
  })
}

test.each([true, false])(`${trees} random conditions, with soft-deleted rows: %s`, async (withDeleted) => {
  const { server } = running
  const adapter = fromTypeORM(shopOn({ url: server.url('shop') }), { withDeleted })
  let real = 0
  let compared = 0
  for (const [at, chosen] of backupsOf(trees).entries()) {
    const database = `trees_${withDeleted}_${at}`
    const filters: Record<string, OrmWhere> = {}
    for (const { name, seed } of chosen) filters[name] = where<ObjectLiteral>(conditionOf(name, seed))
    const to = file(path.join(folder, `${database}.sql`))
    const { id } = await backup({ engine: postgres(adapter), to, filters, onOrphans: 'notValid' })
    await server.createDatabase(database)
    await restore({ engine: postgres(server.url(database)), from: to, id })
    for (const tree of chosen) {
      const expected = await keysFound(running.shop, tree.name, {
        where: conditionOf(tree.name, tree.seed),
        withDeleted,
      })
      const restored = await keysIn(running, database, tree.name)
      expect({ ...tree, keys: restored }).toEqual({ ...tree, keys: expected })
      compared++
      if (expected.length > 0 && expected.length < (all.get(tree.name) ?? []).length) real++
    }
    await server.query(`DROP DATABASE ${database}`)
  }
  expect(compared).toBe(trees)
  expect(real).toBeGreaterThanOrEqual(trees / 2)
})
