import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { getDMMF } from '@prisma/get-dmmf'
import { describe, expect, test } from 'vitest'
import { ormModels } from '../src/models/orm-models.ts'
import { blocksOf } from '../src/psl/blocks.ts'
import { joinTablesOf } from '../src/psl/join-tables.ts'
import { modelsOf } from '../src/psl/schema.ts'

const traps = readFileSync(path.join(import.meta.dirname, 'support/traps.prisma'), 'utf8')
const shop = path.join(import.meta.dirname, '../../../examples/prisma-app/prisma/schema')
const example = readdirSync(shop)
  .map((name) => readFileSync(path.join(shop, name), 'utf8'))
  .join('\n')

/** What Prisma's own reader says of what its clients have. */
async function byPrisma(schema: string) {
  const read = (await getDMMF({ datamodel: schema })) as unknown as { datamodel: Dmmf }
  expect(read).toHaveProperty('datamodel')
  return read.datamodel.models.map(({ name, dbName, schema: of, fields, primaryKey }) => ({
    name,
    table: dbName ?? name,
    schema: of ?? undefined,
    key: primaryKey?.fields ?? fields.filter(({ isId }) => isId).map((field) => field.name),
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type,
      isList: field.isList,
      column: field.kind === 'object' ? undefined : (field.dbName ?? field.name),
    })),
  }))
}

interface Dmmf {
  readonly models: readonly {
    readonly name: string
    readonly dbName: string | null
    readonly schema: string | null
    readonly primaryKey: { readonly fields: readonly string[] } | null
    readonly fields: readonly {
      readonly name: string
      readonly kind: string
      readonly type: string
      readonly isList: boolean
      readonly isId: boolean
      readonly dbName?: string | null
    }[]
  }[]
}

/** The same of what this package reads, without what clients do not have. */
const byUs = (schema: string) =>
  modelsOf(blocksOf(schema, 'schema.prisma'))
    .filter(({ isIgnored }) => !isIgnored)
    .map(({ name, table, schema: of, key, fields }) => ({
      ...{ name, table, schema: of, key },
      fields: fields
        .filter(({ isHidden }) => !isHidden)
        .map(({ name: field, type, isList, column }) => ({ name: field, type, isList, column })),
    }))

const byName = <T extends { readonly name: string }>(models: readonly T[]) =>
  models.toSorted((one, other) => (one.name < other.name ? -1 : 1))

describe('models are read as Prisma reads them', () => {
  test.each([
    ['from a schema full of traps', traps],
    ['from the schema of the example', example],
    ['from a schema with the line ends of Windows', traps.replaceAll('\n', '\r\n')],
  ])('%s', async (_, schema) => {
    const ours = byUs(schema)
    expect(byName(ours)).toEqual(byName(await byPrisma(schema)))
    expect(ours.length).toBeGreaterThan(3)
  })
})

test('what Prisma hides has names all the same', () => {
  const models = ormModels(modelsOf(blocksOf(traps, 'schema.prisma')), 'public')
  const { columns } = models.find(({ name }) => name === 'aB') ?? { columns: {} }
  expect(models.map(({ name }) => name)).toContain('Hidden')
  expect(columns).toMatchObject({ gone: 'gone', odd: 'odd', when: 'when_it_was' })
  expect(columns).not.toHaveProperty('other')
})

describe('tables of relations between many and many', () => {
  test('are named after both models in the order of bytes, or after the relation, and lie in the schema of the first', () => {
    const tables = joinTablesOf(modelsOf(blocksOf(traps, 'schema.prisma')))
    expect(tables.map(({ table, first }) => [table, first.name])).toEqual([
      ['_ABToaB', 'AB'],
      ['_Named_Pairs', 'AB'],
      ['_Selves', 'aB'],
    ])
    const { schema } = ormModels(modelsOf(blocksOf(traps, 'x')), 'public').find(({ name }) => name === '_ABToaB') ?? {}
    expect(schema).toBe('b')
  })
})

describe('what cannot be read is an error with its line', () => {
  test.each([
    ['a brace that stays open', 'model A {\n id Int @id\n', 1],
    ['brackets that do not match', 'model A {\n id Int @default(]\n}', 2],
    ['a text that does not end', 'model A {\n id Int @map("x\n}', 2],
    ['no declaration', 'model A {\n id Int\n}\nnonsense\n', 4],
  ])('%s', (_, text, line) => {
    expect(() => blocksOf(text, 'schema.prisma')).toThrow(
      expect.objectContaining({
        code: 'USAGE.ORM',
        message: expect.stringContaining(`at line ${line}`),
        hint: 'run npx prisma validate',
      }),
    )
  })
})

test('two models on one table are refused', () => {
  const schema = 'model A {\n id Int @id\n @@map("t")\n}\nview B {\n id Int @unique\n @@map("t")\n}'
  expect(() => ormModels(modelsOf(blocksOf(schema, 'x')), 'public')).toThrow(
    expect.objectContaining({ code: 'USAGE.MODEL', message: 'A and B are both the table public.t.' }),
  )
  const apart = schema.replace('@@map("t")\n}\nview', '@@map("t")\n @@schema("other")\n}\nview')
  expect(ormModels(modelsOf(blocksOf(apart, 'x')), 'public')).toHaveLength(2)
})
