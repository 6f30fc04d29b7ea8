import type { FieldCondition } from './field-conditions.ts'
import * as field from './field-conditions.ts'
import type { Random } from './random.ts'

interface Shape {
  readonly key: readonly string[]
  readonly fields: Readonly<Record<string, FieldCondition>>
  readonly relations: Readonly<Record<string, { readonly to: ModelName; readonly kind: 'many' | 'one' | 'optional' }>>
}

export type ModelName = 'Customer' | 'Session' | 'Order' | 'OrderItem' | 'Product' | 'Category'

const day = 86_400_000
const at = (start: string, days: number) => (random: Random) =>
  new Date(Date.parse(start) + (random.below(days * 24) / 24) * day)
const customerId = (random: Random) => `00000000-0000-4000-8000-${String(1 + random.below(60)).padStart(12, '0')}`
const productId = (random: Random) => 9007199254740990n + BigInt(random.below(42))
const mail = (random: Random) =>
  `${random.of(['c', 'C'])}${1 + random.below(60)}${random.of(['@example.com', '@EXAMPLE.com', '@OTHER.example'])}`
const upTo = (most: number) => (random: Random) => random.below(most)
const time = (random: Random) => new Date(Date.UTC(1970, 0, 1, 8 + random.below(8), random.below(60)))
const statuses = ['PENDING', 'PAID', 'SHIPPED', 'CANCELLED']
const many = (to: ModelName) => ({ to, kind: 'many' as const })
const one = (to: ModelName) => ({ to, kind: 'one' as const })
const optional = (to: ModelName) => ({ to, kind: 'optional' as const })

/** What conditions can speak of, with values near those of the rows. */
export const shapes: Readonly<Record<ModelName, Shape>> = {
  Customer: {
    key: ['id'],
    fields: {
      id: field.ordered(customerId),
      email: (random) =>
        random.percent(50)
          ? field.text(['c1', 'C2', '@EXAMPLE', '.com', 'c3', 'C30@example.com'])(random)
          : random.of([
              { equals: mail(random) },
              { in: [mail(random), mail(random), mail(random)] },
              mail(random),
              { not: mail(random) },
            ]),
      name: field.text(["O'", 'ada', '50%', '\\', '"', 'e', '_', '1']),
      role: field.oneOf(['CUSTOMER', 'STAFF', 'ADMIN']),
      bornOn: field.ordered(at('1960-01-01', 12_660), true),
      callsAfter: field.ordered(time, true),
      points: field.ordered((random) =>
        random.of([BigInt(random.below(6000)), 9007199254740993n + BigInt(random.below(60))]),
      ),
      score: field.ordered((random) => random.below(60) / 8),
      interests: field.list(['tea', 'coffee', 'a,b', 'x"y']),
      settings: field.settings,
      createdAt: field.ordered(at('2026-01-01', 34)),
      deletedAt: field.ordered(at('2026-06-01', 61), true),
    },
    relations: {
      ...{
        referrer: optional('Customer'),
        referred: many('Customer'),
        friends: many('Customer'),
        friendOf: many('Customer'),
      },
      ...{ orders: many('Order'), sessions: many('Session'), favourites: many('Product') },
    },
  },
  Session: {
    key: ['token'],
    fields: { token: field.text(['token-1', '-2', '5']), lastSeen: field.ordered(at('2026-05-01', 12)) },
    relations: { customer: one('Customer') },
  },
  Order: {
    key: ['id'],
    fields: {
      id: field.ordered(upTo(120)),
      status: field.oneOf(statuses),
      history: field.list(statuses),
      total: field.ordered((random) => `${random.below(390)}.${random.of(['25', '50', '00'])}`),
      note: field.text(['', 'Note 1', '5', 'note'], true),
      isGift: field.truth,
      createdAt: field.ordered(at('2026-02-01', 125)),
    },
    relations: { customer: one('Customer'), items: many('OrderItem') },
  },
  OrderItem: {
    key: ['orderId', 'line'],
    fields: {
      orderId: field.ordered(upTo(120)),
      line: field.ordered(upTo(4)),
      productId: field.ordered(productId),
      quantity: field.ordered(upTo(9)),
      discounts: field.list([1, 2, 3, 10]),
    },
    relations: { order: one('Order'), product: one('Product') },
  },
  Product: {
    key: ['id'],
    fields: {
      id: field.ordered(productId),
      sku: field.text(['SKU-1', '3', 'sku']),
      name: field.text(['Desk_1', '100%', 'a', 'chair']),
      price: field.ordered((random) => `${random.below(45)}.05`),
      image: field.bytes,
      attributes: field.attributes,
    },
    relations: { category: optional('Category'), items: many('OrderItem'), fans: many('Customer') },
  },
  Category: {
    key: ['id'],
    fields: {
      id: field.ordered(upTo(13)),
      name: field.text(['Category 1', '2', 'CAT']),
      parentId: field.ordered(upTo(4), true),
    },
    relations: { parent: optional('Category'), children: many('Category'), products: many('Product') },
  },
}

/** Of those, what speaks of times. */
export const shapesOfTimes = Object.fromEntries(
  Object.entries(shapes).map(([model, { key, fields, relations }]) => {
    const times = Object.entries(fields).filter(([name]) =>
      ['bornOn', 'callsAfter', 'lastSeen', 'createdAt', 'deletedAt'].includes(name),
    )
    const timed = Object.entries(relations).filter(([, { to }]) => ['Customer', 'Session', 'Order'].includes(to))
    return [model, { key, fields: Object.fromEntries(times), relations: Object.fromEntries(timed) }]
  }),
) as typeof shapes

/** A condition on a model, through relations and to any depth that is left. */
export function whereTree(model: ModelName, random: Random, depth = 3, of = shapes): Record<string, unknown> {
  const { fields, relations } = of[model]
  const inner = (to = model) => whereTree(to, random, depth - 1, of)
  const choice = depth === 0 ? 0 : random.below(100)
  if (choice < 40) {
    const names = random.percent(70)
      ? [random.of(Object.keys(fields))]
      : [random.of(Object.keys(fields)), random.of(Object.keys(fields))]
    return Object.fromEntries(names.map((name) => [name, fields[name]?.(random)]))
  }
  if (choice < 52) return { OR: [inner(), inner()] }
  if (choice < 60) return { AND: random.percent(50) ? [inner(), inner()] : inner() }
  if (choice < 70) return { NOT: random.percent(50) ? [inner(), inner()] : inner() }
  const [name, relation] = random.of(Object.entries(relations))
  if (relation.kind === 'many')
    return { [name]: { [random.of(['some', 'some', 'none', 'every'])]: inner(relation.to) } }
  if (relation.kind === 'optional' && random.percent(20)) return { [name]: random.of([null, { isNot: null }]) }
  return { [name]: random.of([inner(relation.to), { is: inner(relation.to) }, { isNot: inner(relation.to) }]) }
}
