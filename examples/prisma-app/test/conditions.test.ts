import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromPrisma, where } from '@pgark/adapter-prisma'
import type { OrmAdapter } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Prisma, PrismaClient } from '../generated/client.ts'
import { createClient } from '../src/client.ts'

// Nothing listens there: whatever is compiled or refused here is so without a connection.
const url = 'postgres://app:secret@127.0.0.1:1/shop'
const schema = path.join(import.meta.dirname, '../prisma/schema')
const prisma = createClient(url)
const orm = fromPrisma(prisma, { schema, connection: url })

async function compile(name: string, condition: unknown, adapter: OrmAdapter = orm) {
  const model = (await adapter.models()).find((each) => each.name === name)
  if (!model) throw new Error(`Expected a model ${name}.`)
  return await adapter.compile(model, where(condition))
}

async function refusal(name: string, condition: unknown, adapter: OrmAdapter = orm) {
  const [told] = await Promise.allSettled([compile(name, condition, adapter)])
  if (told.status === 'fulfilled') throw new Error('Expected an error.')
  const { code, message, hint, cause } = told.reason as {
    code: string
    message: string
    hint?: string
    cause?: unknown
  }
  return { code, message, hint, cause }
}

/** The schema of the example with another text in it. */
function changedSchema(from: string, to: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgark-schema-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of readdirSync(schema)) {
    writeFileSync(path.join(folder, name), readFileSync(path.join(schema, name), 'utf8').replace(from, to))
  }
  return folder
}

describe('a condition is compiled by Prisma itself, unconnected', () => {
  test('to a query for the key in its own order, whatever the order of the fields', async () => {
    expect(await compile('OrderItem', { quantity: { gt: 3 } })).toEqual({
      text: 'SELECT "public"."order_items"."order_id", "public"."order_items"."line" FROM "public"."order_items" WHERE "public"."order_items"."quantity" > $1',
      values: [3],
      key: ['order_id', 'line'],
    })
  })

  test('with labels of enums as the database has them', async () => {
    expect((await compile('Customer', { role: { in: ['ADMIN', 'STAFF'] } })).values).toEqual(['administrator', 'STAFF'])
    expect((await compile('Order', { history: { has: 'CANCELLED' } })).values).toEqual([['cancelled by customer']])
  })

  test('with values of every type as the engine writes them', async () => {
    const { values } = await compile('Product', {
      id: 9007199254740993n,
      price: { gt: new Prisma.Decimal('0.100000000000000000000000000001') },
      image: Uint8Array.from([0, 255]),
      attributes: { equals: { a: [1, null] } },
    })
    expect(values).toEqual([
      '9007199254740993',
      '0.100000000000000000000000000001',
      Buffer.from([0, 255]),
      '{"a":[1,null]}',
    ])
    const dates = await compile('Customer', {
      bornOn: new Date('1970-01-02'),
      callsAfter: new Date('1970-01-01T08:09:10Z'),
    })
    expect(dates.values).toEqual(['1970-01-02', '08:09:10.000'])
    const moments = await compile('Session', {
      lastSeen: { in: [new Date('2026-01-02T03:04:05.006Z'), '2026-01-02T05:04:05.006+02:00'] },
    })
    expect(moments.values).toEqual(['2026-01-02 03:04:05.006', '2026-01-02 03:04:05.006'])
    expect((await compile('Customer', { interests: { hasSome: ['a,b', '"'] } })).values).toEqual([['a,b', '"']])
  })

  test('of a client that is extended, which its extensions do not change', async () => {
    const extended = prisma.$extends({ query: { $allModels: { findMany: () => Promise.resolve([]) } } })
    const condition = { status: 'PAID' }
    const compiled = await compile('Order', condition, fromPrisma(extended, { schema, connection: url }))
    expect(compiled).toEqual(await compile('Order', condition))
  })

  test('of a client of a class that connects by itself', async () => {
    class Service extends PrismaClient {
      constructor() {
        super({ adapter: new PrismaPg(url) })
      }
    }
    const orm = fromPrisma(new Service(), { schema })
    expect(orm.connection().options).toEqual({ connectionString: url })
    expect((await compile('Order', { id: 1 }, orm)).values).toEqual([1])
  })

  test('with fields compared with each other', async () => {
    expect((await compile('Order', { total: { gt: prisma.order.fields.total } })).text).toContain(
      '"total" > "public"."orders"."total"',
    )
  })
})

describe('what is undefined is an error, wherever it is, as Prisma would find everything', () => {
  test.each([
    ['id', { id: undefined }],
    ['createdAt.gte', { createdAt: { gte: undefined } }],
    ['id.in[1]', { id: { in: [1, undefined] } }],
    ['OR[1].id', { OR: [{ id: 1 }, { id: undefined }] }],
    ['customer.is.email', { customer: { is: { email: undefined } } }],
    [
      'items.some.product.attributes.equals.a',
      { items: { some: { product: { attributes: { equals: { a: undefined } } } } } },
    ],
    ['NOT.id', { NOT: { id: { ifUndefined() {} } } }],
  ])('%s', async (place, condition) => {
    expect(await refusal('Order', condition)).toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining(` at ${place} `),
      hint: expect.stringContaining('for NULL give null'),
    })
  })

  test.each([[undefined], [null], ['text'], [[{ id: 1 }]]])('a condition that is no object: %s', async (condition) => {
    expect(await refusal('Order', condition)).toMatchObject({ code: 'USAGE.FILTER' })
  })

  test('a condition that contains itself', async () => {
    const condition: Record<string, unknown> = { id: 1 }
    condition.AND = [condition]
    expect(await refusal('Order', condition)).toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('contains itself'),
    })
  })
})

describe('unknown fields are told with the closest ones', () => {
  test.each([
    ['Order has no field statsu.', 'did you mean status', { statsu: 'PAID' }],
    ['Order has no field created_at.', 'did you mean createdAt?', { AND: [{ created_at: { gte: new Date() } }] }],
    ['Customer has no field emial.', 'did you mean email?', { customer: { emial: 'x' } }],
    ['Customer has no field emial.', 'did you mean email?', { customer: { isNot: { emial: 'x' } } }],
    [
      'Product has no field skuu.',
      'did you mean sku?',
      { items: { every: { product: { is: { NOT: { skuu: 'x' } } } } } },
    ],
    ['Order has no field take.', 'give only what stands in where', { where: { id: 1 }, take: 5 }],
  ])('%s', async (message, hint, condition) => {
    const told = await refusal('Order', condition)
    expect(told).toMatchObject({
      code: 'USAGE.MODEL',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
  })

  test('all of them at once', async () => {
    const { message } = await refusal('Order', { nope: 1, customer: { never: 2 } })
    expect(message).toBe('Order has no field nope.\nCustomer has no field never.')
  })

  test('what Prisma hides is told as such', async () => {
    expect(await refusal('Customer', { password: 'x' })).toMatchObject({
      code: 'USAGE.MODEL',
      message: expect.stringContaining('password of Customer, which is ignored'),
    })
    expect(await refusal('Product', { search: 'x' })).toMatchObject({
      code: 'USAGE.MODEL',
      message: expect.stringContaining('which is Unsupported'),
    })
    expect(await refusal('AuditLog', { what: 'x' })).toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('AuditLog is ignored'),
    })
    expect(await refusal('_OrderToTag', { A: 1 })).toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('no model that Prisma can query'),
    })
    expect(await refusal('PaidOrder', { id: 1 })).toMatchObject({
      code: 'USAGE.FILTER',
      message: 'PaidOrder is a view, which has no rows of its own.',
      hint: 'filter the tables that have the rows',
    })
  })
})

describe('what Prisma does not take is told without the value', () => {
  test.each([
    ['the value of id is none', 'IntFilter or Int', 'Order', { id: 'canary' }],
    ['the value of status is none', 'OrderStatus', 'Order', { status: 'canary' }],
    ['the value of gte is none', 'ISO-8601 DateTime', 'Order', { createdAt: { gte: 'canary' } }],
    ['the value of gt is none', 'decimal String', 'Order', { total: { gt: 'canary' } }],
    ['does not take the condition', '', 'Order', { id: { canary: 1 } }],
    ['does not take the condition', '', 'Order', { items: { canary: 1 } }],
  ])('%s', async (message, hint, model, condition) => {
    const told = await refusal(model, condition)
    expect(told).toMatchObject({
      code: expect.stringMatching(/^USAGE\.(FILTER|MODEL)$/),
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
    expect(`${told.message} ${told.hint} ${String(told.cause)}`).not.toContain('canary')
  })
})

describe('a schema and a client that do not fit', () => {
  test.each([
    [
      'a field that the client has elsewhere',
      '@map("created_at")',
      '@map("made_at")',
      'Customer',
      { createdAt: new Date() },
    ],
    ['a table that the client calls something else', '@@map("orders")', '@@map("purchases")', 'Order', { id: 1 }],
    [
      'a field that the client does not have',
      '  note       String?',
      '  note       String?\n  remark String?',
      'Order',
      { remark: 'x' },
    ],
    ['a field of another model', '@map("full_name")', '', 'Order', { customer: { name: 'x' } }],
  ])('%s', async (_, from, to, model, condition) => {
    const orm = fromPrisma(prisma, { schema: changedSchema(from, to), connection: url })
    expect(await refusal(model, condition, orm)).toMatchObject({ code: 'USAGE.ORM', hint: 'run npx prisma generate' })
  })

  test('a model that the client does not have', async () => {
    const orm = fromPrisma(prisma, {
      schema: changedSchema(
        'enum OrderStatus {',
        'model Fresh {\n id Int @id\n @@schema("public")\n}\nenum OrderStatus {',
      ),
      connection: url,
    })
    expect(await refusal('Fresh', { id: 1 }, orm)).toMatchObject({ code: 'USAGE.ORM', hint: 'run npx prisma generate' })
  })
})

test('a client of Accelerate has no connection for a backup', () => {
  const accelerated = new PrismaClient({ accelerateUrl: 'prisma://accelerate.prisma-data.net/?api_key=canary' })
  expect(() => fromPrisma(accelerated, { schema }).connection()).toThrow(
    expect.objectContaining({ code: 'USAGE.ORM', message: expect.stringContaining('has no driver adapter') }),
  )
})

test('a client in the place of its adapter is told so, extended or not', () => {
  // From JavaScript anything can come.
  const clients: object[] = [prisma, prisma.$extends({ client: { log: (text: string) => text } })]
  for (const client of clients) {
    expect(() => postgres(client)).toThrow(
      expect.objectContaining({
        code: 'USAGE.OPTIONS',
        message: 'postgres() was given a client of Prisma itself.',
        hint: 'wrap it: postgres(fromPrisma(prisma))',
      }),
    )
  }
})
