import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromPrisma, where } from '@pgark/adapter-prisma'
import { backup, file } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client.ts'
import { random } from './support/random.ts'
import { createShop } from './support/shop.ts'
import { type ModelName, shapes, whereTree } from './support/where-trees.ts'

const trees = 204
const names = Object.keys(shapes) as ModelName[]
let server: TestServer
let folder: string
let prisma: ReturnType<typeof createClient>

beforeAll(async () => {
  server = await startServer(17)
  prisma = createClient(await createShop(server, 'shop'))
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-where-trees-'))
})
afterAll(async () => {
  await prisma.$disconnect()
  await server.stop()
  await rm(folder, { recursive: true })
})

interface Found {
  findMany(query: { where?: unknown; select: Record<string, boolean> }): Promise<Record<string, unknown>[]>
}

/** The keys of rows that Prisma finds. */
async function keysByPrisma(model: ModelName, condition?: unknown): Promise<string[]> {
  const { key } = shapes[model]
  const delegates = prisma as unknown as Record<string, Found>
  const delegate = delegates[`${model.slice(0, 1).toLowerCase()}${model.slice(1)}`] as Found
  const select = Object.fromEntries(key.map((name) => [name, true]))
  const rows = await delegate.findMany({ ...(condition !== undefined && { where: condition }), select })
  return rows.map((row) => key.map((name) => String(row[name])).join('\t')).sort()
}

/** The keys of rows in a script. They are the first columns of every table here. */
function keysInScript(script: string, table: string, columns: number): string[] {
  const [, rows = ''] =
    new RegExp(`^COPY ${table.replaceAll('.', '\\.')} \\([^)]*\\) FROM stdin;\n([^]*?)^\\\\\\.$`, 'm').exec(script) ??
    []
  const lines = rows.split('\n').filter((line) => line !== '')
  return lines.map((line) => line.split('\t').slice(0, columns).join('\t')).sort()
}

const tables: Readonly<Record<ModelName, string>> = {
  ...{ Customer: '"crm"."customers"', Session: '"crm"."sessions"', Order: '"public"."orders"' },
  ...{ OrderItem: '"public"."order_items"', Product: '"public"."products"', Category: '"public"."categories"' },
}

test(`${trees} random conditions: the rows in the backup are those that Prisma finds`, async () => {
  const chosen = random(2026)
  const engine = postgres(fromPrisma(prisma, { schema: path.join(import.meta.dirname, '../prisma/schema') }))
  const counts = new Map<ModelName, number>()
  for (const name of names) counts.set(name, (await keysByPrisma(name)).length)
  let partial = 0
  for (let round = 0; round < trees / names.length; round++) {
    const conditions = names.map((name) => ({ name, condition: whereTree(name, chosen) }))
    const filters = Object.fromEntries(conditions.map(({ name, condition }) => [name, where(condition)]))
    const target = path.join(folder, `${round}.sql`)
    await backup({ engine, to: file(target), filters, onOrphans: 'report' })
    const script = await readFile(target, 'utf8')
    for (const { name, condition } of conditions) {
      const expected = await keysByPrisma(name, condition)
      const inBackup = keysInScript(script, tables[name], shapes[name].key.length)
      expect({ condition, keys: inBackup }).toEqual({ condition, keys: expected })
      if (expected.length > 0 && expected.length < (counts.get(name) ?? 0)) partial += 1
    }
  }
  expect(partial).toBeGreaterThanOrEqual(trees / 2)
})
