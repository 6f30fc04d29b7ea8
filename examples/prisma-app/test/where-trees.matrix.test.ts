import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromPrisma, where } from '@pgark/adapter-prisma'
import { backup, file } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client.ts'
import { keysByPrisma, keysInScript } from './support/found-keys.ts'
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

test(`${trees} random conditions: the rows in the backup are those that Prisma finds`, async () => {
  const chosen = random(2026)
  const engine = postgres(fromPrisma(prisma, { schema: path.join(import.meta.dirname, '../prisma/schema') }))
  const counts = new Map<ModelName, number>()
  for (const name of names) counts.set(name, (await keysByPrisma(prisma, name)).length)
  let partial = 0
  for (let round = 0; round < trees / names.length; round++) {
    const conditions = names.map((name) => ({ name, condition: whereTree(name, chosen) }))
    const filters = Object.fromEntries(conditions.map(({ name, condition }) => [name, where(condition)]))
    const target = path.join(folder, `${round}.sql`)
    await backup({ engine, to: file(target), filters, onOrphans: 'report' })
    const script = await readFile(target, 'utf8')
    for (const { name, condition } of conditions) {
      const expected = await keysByPrisma(prisma, name, condition)
      const inBackup = keysInScript(script, name)
      expect({ condition, keys: inBackup }).toEqual({ condition, keys: expected })
      if (expected.length > 0 && expected.length < (counts.get(name) ?? 0)) partial += 1
    }
  }
  expect(partial).toBeGreaterThanOrEqual(trees / 2)
})
