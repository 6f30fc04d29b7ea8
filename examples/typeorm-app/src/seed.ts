import { createHash } from 'node:crypto'
import type { DataSource } from 'typeorm'
import { Article, Content, Photo } from './entities/content.ts'
import { Customer, type Level } from './entities/customer.ts'
import { Invoice } from './entities/invoice.ts'
import { Order, OrderLine, type Status } from './entities/order.ts'
import { Category, Product, Tag } from './entities/product.ts'

// The same rows every time, through TypeORM, so that they are as an application would have written them.

const customers = 60
const regions = ['1', '2', '3', '4', '5', '6', '7', '8']
const levels: readonly Level[] = ['guest', 'regular', 'VIP']
const statuses: readonly Status[] = ['open', 'paid', 'sent']
const countries = ['NZ', 'DE', 'BR', "'\\"]
const interests = ['tea', 'a,b', 'quo"ted', "it's", 'back\\slash', 'Ω']

export const customerId = (number: number): string => {
  const hex = createHash('md5').update(`customer ${number}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 86_400_000 + number * 1_234_567)
const dateOf = (date: Date) => date.toISOString().slice(0, 10)
const each = <T>(count: number, make: (number: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** Creates the tables by the application's migrations, and fills them. For an initialized DataSource. */
export async function seed(dataSource: DataSource): Promise<void> {
  await dataSource.query('CREATE SCHEMA shop')
  await dataSource.runMigrations()
  const { manager } = dataSource
  for (const number of each(customers, (at) => at)) await manager.insert(Customer, customerOf(number))
  await seedProducts(dataSource)
  await manager.insert(Order, each(regions.length * 6, orderOf))
  await manager.insert(
    OrderLine,
    each(120, (at) => ({
      id: at + 1,
      quantity: (at % 7) + 1,
      order: keyOf((at * 5) % (regions.length * 6)),
      product: { id: (at % 30) + 1 },
    })),
  )
  await manager.insert(
    Invoice,
    each(80, (at) => ({
      // Beyond what a number of JavaScript holds.
      id: String(9_007_199_254_740_993n + BigInt(at)),
      amount: `${(at * 37) % 500}.${String(at % 100).padStart(2, '0')}`,
      paidOn: at % 3 === 0 ? null : dateOf(day(at)),
      customer: { id: customerId((at * 7) % customers) },
    })),
  )
  await manager.insert(
    Photo,
    each(20, (at) => ({ id: at + 1, title: `Photo ${at}`, width: at * 100 })),
  )
  await manager.insert(
    Article,
    each(20, (at) => ({ id: at + 101, title: `Article ${at}`, words: at * 50 })),
  )
  await manager.insert(
    Content,
    each(5, (at) => ({ id: at + 201, title: `Note ${at}` })),
  )
}

const customerOf = (at: number) => ({
  id: customerId(at),
  name: at % 9 === 0 ? "O'Neil; --" : `Customer ${at}`,
  email: `${at % 2 === 0 ? 'C' : 'c'}${at}@${at % 3 === 0 ? 'example.com' : 'Example.ORG'}`,
  country: countries[at % countries.length] as string,
  level: levels[at % levels.length] as Level,
  home: { street: `Street ${at}`, zip: at % 5 === 0 ? null : String(1000 + (at % 12)) },
  balance: `${at * 10}.${String(at).padStart(2, '0')}`,
  points: String(9_007_199_254_740_000n + BigInt(at * 100)),
  born: at % 4 === 0 ? null : dateOf(new Date(Date.UTC(1960 + at, at % 12, 1 + (at % 28)))),
  interests: interests.slice(at % 3, (at % 3) + (at % 4)),
  settings: at % 2 === 0 ? { theme: 'dark', mail: at % 6 === 0 } : { mail: true },
  avatar: at % 5 === 1 ? null : Buffer.from([0, at, 255, 92, 39]),
  isActive: at % 3 !== 1,
  createdAt: day(at),
  deletedAt: at % 6 === 5 ? day(at + 10) : null,
  referrer: at < 5 ? null : { id: customerId(at % 5) },
})

/** With the keys `('1', '2')` and `('2', '1')` and so on, so that a key in the wrong order is another order's. */
const keyOf = (at: number) => ({
  region: regions[at % regions.length] as string,
  number: regions[(at + Math.floor(at / regions.length) * 3 + 1) % regions.length] as string,
})

const orderOf = (at: number) => ({
  ...keyOf(at),
  status: statuses[at % statuses.length] as Status,
  total: `${at * 11}.50`,
  placedAt: day(at * 3),
  deletedAt: at % 7 === 3 ? day(at * 3 + 1) : null,
  customer: { id: customerId((at * 13) % customers) },
})

async function seedProducts({ manager }: DataSource): Promise<void> {
  const categories: Category[] = []
  for (const at of each(12, (number) => number)) {
    const parent = at === 0 ? null : (categories[Math.floor((at - 1) / 2)] as Category)
    // One after the other: a closure table has the ancestors of what is there.
    categories.push(await manager.save(manager.create(Category, { id: at + 1, name: `Category ${at}`, parent })))
  }
  const tags = await manager.save(each(8, (at) => manager.create(Tag, { id: at + 1, label: `tag ${at}` })))
  await manager.save(
    each(30, (at) =>
      manager.create(Product, {
        id: at + 1,
        code: `P-${String(at).padStart(4, '0')}`,
        price: `${(at * 17) % 90}.99`,
        category: at % 6 === 5 ? null : (categories[at % categories.length] as Category),
        tags: tags.filter((tag) => (at * tag.id) % 5 === 1),
      }),
    ),
  )
}
