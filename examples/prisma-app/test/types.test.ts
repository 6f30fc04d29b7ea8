import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

// What an application's editor says of a condition: each of these is compiled as a file of its own, beside the example's sources.

const root = path.join(import.meta.dirname, '../../..')
const file = path.join(import.meta.dirname, '../src/checked.ts')

const start = `import { type PrismaFilters, where } from '@pgark/adapter-prisma'
import { type BackupOptions, type OrmWhere } from '@pgark/core'
import { fromPrisma } from '@pgark/adapter-prisma'
import type { Prisma } from '../generated/client.ts'
import { createClient } from './client.ts'
const prisma = createClient('')
const since = new Date()
`

/** What the compiler says of these sources. */
function complaints(sources: readonly string[]): string[][] {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, { ...ts.sys, readDirectory: () => [] }, root)
  const files = new Map(
    sources.map((source, index) => [file.replace('.ts', `.${index}.ts`), `${start}${source}\nexport {}\n`]),
  )
  const compilerOptions = { ...options, noUnusedLocals: false }
  const host = ts.createCompilerHost(compilerOptions)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const source = files.get(name)
    return source === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, source, version)
  }
  const program = ts.createProgram([...files.keys()], compilerOptions, host)
  return [...files.keys()].map((name) => {
    const source = program.getSourceFile(name)
    return program
      .getSemanticDiagnostics(source)
      .concat(program.getSyntacticDiagnostics(source))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  })
}

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

const right = [
  "export const filters: NonNullable<BackupOptions['filters']> = { Order: where<Prisma.OrderWhereInput>({ status: 'PAID', createdAt: { gte: since } }) }",
  "export const filters = { Order: where({ status: 'PAID' }), OrderItem: where({ order: { customer: { is: { role: 'ADMIN' } } } }) } satisfies PrismaFilters<typeof prisma>",
  'export const options = { filters: { Customer: where({ deletedAt: null }) } satisfies PrismaFilters<typeof prisma> } satisfies Partial<BackupOptions>',
  ...ofExtended("{ Order: where({ id: 1 }), Customer: where({ orders: { some: { status: 'PAID' } } }) }"),
  ...extended.map((start) => `${start}export const orm = fromPrisma(extended)`),
  'export const untyped: OrmWhere = where({ anything: 1 })',
]

const wrong: readonly (readonly [string, RegExp])[] = [
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
  ["export const wrong = fromPrisma(prisma, { shema: 'x' })", /'shema' does not exist/],
  ['export const wrong = fromPrisma({})', /PrismaClientLike/],
]

test('a wrong field, value or model is an error of the compiler, a right one is none', () => {
  const told = complaints([...right, ...wrong.map(([source]) => source)])
  expect(told.slice(0, right.length)).toEqual(right.map(() => []))
  for (const [index, [source, message]] of wrong.entries()) {
    expect({ source, told: told[right.length + index]?.join('\n') }).toEqual({
      source,
      told: expect.stringMatching(message),
    })
  }
})
