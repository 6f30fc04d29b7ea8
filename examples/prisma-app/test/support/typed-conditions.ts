const start = `import { type PrismaFilters, where } from '@pgark/adapter-prisma'
import { backup, type BackupOptions, type Engine, estimate, file, type OrmWhere, planBackup, sql, validateFilters } from '@pgark/core'
import { fromPrisma } from '@pgark/adapter-prisma'
import { fromPgPool, postgres } from '@pgark/engine-postgres'
import { equals } from '@pgark/filters'
import type { Prisma } from '../generated/client.ts'
import { createClient } from './client.ts'
const prisma = createClient('')
const since = new Date()
const to = file('shop.sql')
const engine = postgres(fromPrisma(prisma))
`

/** A client with each kind of extension. */
const extensions = {
  result: '{ result: { order: { twice: { needs: { total: true }, compute: () => 2 } } } }',
  query: '{ query: { $allModels: { findMany: ({ args, query }) => query(args) } } }',
  model: '{ model: { $allModels: { async exists() { return true } }, order: { async paid() { return 1 } } } }',
  client: '{ client: { $log: (text: string) => text, anything: null as any } }',
}
const extended = Object.values(extensions).map((each) => `const extended = prisma.$extends(${each})\n`)
extended.push(
  `const extended = prisma${Object.values(extensions)
    .map((each) => `.$extends(${each})`)
    .join('')}\n`,
)
const ofExtended = (filters: string) =>
  extended.map((start) => `${start}export const filters = ${filters} satisfies PrismaFilters<typeof extended>`)

/** Options of a backup with these filters, and with each kind of engine that a client can be part of. */
const inBackup = (filters: string) => [
  `export const made = backup({ engine, to, filters: ${filters} })`,
  `export const made = backup({ filters: ${filters}, to, engine: postgres(fromPrisma(prisma, { schema: 'schema' })) })`,
  `export const made = backup({ engine: postgres({ orm: fromPrisma(prisma), database: 'copy' }), to: [to], filters: ${filters} })`,
  `export const made = backup({ engine: fromPgPool({ options: {} }, { orm: fromPrisma(prisma) }), to, filters: ${filters} })`,
  `export const made = validateFilters({ engine, filters: ${filters} })`,
  `export const made = estimate({ engine, exact: true, filters: ${filters} })`,
  `export const made = planBackup({ engine, to, filters: ${filters} })`,
  ...extended.map(
    (start) =>
      `${start}export const made = backup({ engine: postgres(fromPrisma(extended)), to, filters: ${filters} })`,
  ),
]

const rightOnes = [
  // As the issue of an application has it.
  `export const made = backup({ engine, to,
    filters: { Order: where({ status: 'PAID', createdAt: { gte: since } }) },
    excludeTables: ['Session', 'AuditLog'] })`,
  ...inBackup(
    "{ Order: where({ status: 'PAID' }), Customer: where({ orders: { some: { createdAt: { lt: since } } } }) }",
  ),
  // Whatever else is a filter is one for a model, too, and for any table.
  `export const made = backup({ engine, to, filters: {
    Order: equals('isGift', true), Customer: sql\`deleted_at IS NULL\`, Tag: 'SELECT * FROM tags',
    OrderItem: { text: 'SELECT 1', values: [] }, 'shop.*': sql\`true\`, sessions: 'SELECT * FROM sessions', Product: where({ id: 1n }) } })`,
  // What has no type yet, or one of its own.
  "const paid = where({ status: 'PAID' })\nexport const made = backup({ engine, to, filters: { Order: paid, Product: where<unknown>({ a: 1 }) } })",
  "export const made = backup({ engine, to, filters: { Order: where<Prisma.OrderWhereInput>({ status: 'PAID' }) } })",
  "export const made = backup({ engine, to, filters: { Order: where({ status: 'PAID' }) } satisfies PrismaFilters<typeof prisma> })",
  'const filters: Record<string, OrmWhere> = { Order: where({ a: 1 }) }\nexport const made = backup({ engine, to, filters })',
  "const filters: NonNullable<BackupOptions['filters']> = { Order: where({ a: 1 }) }\nexport const made = backup({ engine, to, filters })",
  "export const made = backup({ engine, to, filters: Object.fromEntries([['Order', where({ a: 1 })]]) })",
  // Engines that say nothing of models.
  'const options: BackupOptions = { engine, to, filters: { Order: where({ a: 1 }) } }\nexport const made = backup(options)',
  "const { orm: _, ...third } = engine\nexport const made = backup({ engine: third, to, filters: { Order: where({ a: 1 }), Tag: where<Prisma.TagWhereInput>({ id: 1 }), other: 'SELECT 1' } })",
  'const other: Engine = engine\nexport const made = backup({ engine: other, to, filters: { Order: where({ a: 1 }) } })',
  "export const made = backup({ engine: postgres('postgres://db/shop'), to, filters: { Order: where({ a: 1 }) } })",
  'declare const client: Parameters<typeof fromPrisma>[0]\nexport const made = backup({ engine: postgres(fromPrisma(client)), to, filters: { Order: where({ a: 1 }) } })',
  'declare const client: any\nexport const made = backup({ engine: postgres(fromPrisma(client)), to, filters: { Order: where({ a: 1 }) } })',
  "export const filters: NonNullable<BackupOptions['filters']> = { Order: where<Prisma.OrderWhereInput>({ status: 'PAID', createdAt: { gte: since } }) }",
  "export const filters = { Order: where({ status: 'PAID' }), OrderItem: where({ order: { customer: { is: { role: 'ADMIN' } } } }) } satisfies PrismaFilters<typeof prisma>",
  'export const options = { filters: { Customer: where({ deletedAt: null }) } satisfies PrismaFilters<typeof prisma> } satisfies Partial<BackupOptions>',
  ...ofExtended("{ Order: where({ id: 1 }), Customer: where({ orders: { some: { status: 'PAID' } } }) }"),
  ...extended.map((start) => `${start}export const orm = fromPrisma(extended)`),
  'export const untyped: OrmWhere = where({ anything: 1 })',
]

const wrongOnes: readonly (readonly [string, RegExp])[] = [
  ["export const wrong = where<Prisma.OrderWhereInput>({ statsu: 'PAID' })", /'statsu' does not exist/],
  ["export const wrong = where<Prisma.OrderWhereInput>({ status: 'PIAD' })", /"PIAD"/],
  ["export const wrong = where<Prisma.OrderWhereInput>({ customer: { emial: 'x' } })", /'emial'/],
  ["export const wrong = { Order: where({ statsu: 'PAID' }) } satisfies PrismaFilters<typeof prisma>", /'statsu'/],
  [
    'export const wrong = { Order: where({ createdAt: { gte: 5 } }) } satisfies PrismaFilters<typeof prisma>',
    /'number'/,
  ],
  ['export const wrong = { Ordre: where({ id: 1 }) } satisfies PrismaFilters<typeof prisma>', /'Ordre'/],
  ['export const wrong = { order: where({ id: 1 }) } satisfies PrismaFilters<typeof prisma>', /'order'/],
  ...ofExtended("{ Order: where({ statsu: 'PAID' }) }").map((source) => [source, /'statsu'/] as const),
  ...ofExtended('{ Order: where({ createdAt: { gte: 5 } }) }').map((source) => [source, /'number'/] as const),
  ...ofExtended('{ Ordre: where({ id: 1 }) }').map((source) => [source, /'Ordre'/] as const),
  ...inBackup("{ Order: where({ statsu: 'PAID' }) }").map((source) => [source, /'statsu' does not exist/] as const),
  ...inBackup('{ Order: where({ createdAt: { gte: 5 } }) }').map((source) => [source, /'number'/] as const),
  ...inBackup("{ Order: where({ status: 'PIAD' }) }").map((source) => [source, /"PIAD"/] as const),
  ...inBackup("{ OrderItem: where({ order: { customer: { emial: 'x' } } }) }").map(
    (source) => [source, /'emial'/] as const,
  ),
  ...inBackup('{ Ordre: where({ id: 1 }) }').map((source) => [source, /'NoModelOfThatName'/] as const),
  ...inBackup('{ order: where({ id: 1 }) }').map((source) => [source, /'NoModelOfThatName'/] as const),
  ...inBackup("{ Order: where<Prisma.CustomerWhereInput>({ email: 'x' }) }").map(
    (source) => [source, /'CustomerWhereInput'/] as const,
  ),
  ...inBackup('{ Order: 5 }').map((source) => [source, /'number'/] as const),
  ["export const wrong = fromPrisma(prisma, { shema: 'x' })", /'shema' does not exist/],
  ['export const wrong = fromPrisma({})', /PrismaClientLike/],
]

/** What compiles. */
export const right = rightOnes.map((source) => start + source)
/** What does not, with what the compiler says. */
export const wrong = wrongOnes.map(([source, message]) => [start + source, message] as const)
