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
import { type ModelName, shapesOfTimes, whereTree } from './support/where-trees.ts'

// Where sessions of the application have another time zone than UTC, as the process has, and neither has the other's.

const rounds = 15
const names: readonly ModelName[] = ['Customer', 'Session', 'Order']
const zoneOfProcess = process.env.TZ
let server: TestServer
let folder: string
/** Of a database with the same rows, in UTC. */
let inUtc: ReturnType<typeof createClient>

beforeAll(async () => {
  // With summer time.
  process.env.TZ = 'America/St_Johns'
  server = await startServer(17)
  inUtc = createClient(await createShop(server, 'utc'))
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-time-zones-'))
})
afterAll(async () => {
  if (zoneOfProcess === undefined) delete process.env.TZ
  else process.env.TZ = zoneOfProcess
  await inUtc.$disconnect()
  await server.stop()
  await rm(folder, { recursive: true })
})

/** With quarters of an hour; with summer time; west of Greenwich. */
test.each(['Asia/Kathmandu', 'Europe/Berlin', 'Pacific/Marquesas'])(
  `${rounds * names.length} random conditions on times, in ${'%s'}: the rows in the backup are those that Prisma finds`,
  async (zone) => {
    expect(new Date('2026-07-01T00:00:00Z').getTimezoneOffset()).toBe(150)
    const database = zone.replace('/', '_').toLowerCase()
    const url = await createShop(server, database)
    await server.query(`ALTER DATABASE ${database} SET timezone = '${zone}'`, 'postgres')
    const prisma = createClient(url)
    const engine = postgres(fromPrisma(prisma, { schema: path.join(import.meta.dirname, '../prisma/schema') }))
    const counts = new Map<ModelName, number>()
    for (const name of names) counts.set(name, (await keysByPrisma(prisma, name)).length)
    const chosen = random(1976)
    let partial = 0
    let isOther = 0
    for (let round = 0; round < rounds; round++) {
      const conditions = names.map((name) => ({ name, condition: whereTree(name, chosen, 2, shapesOfTimes) }))
      const filters = Object.fromEntries(conditions.map(({ name, condition }) => [name, where(condition)]))
      const target = path.join(folder, `${database}-${round}.sql`)
      await backup({ engine, to: file(target), filters, onOrphans: 'report' })
      const script = await readFile(target, 'utf8')
      for (const { name, condition } of conditions) {
        const expected = await keysByPrisma(prisma, name, condition)
        expect({ condition, keys: keysInScript(script, name) }).toEqual({ condition, keys: expected })
        if (expected.length > 0 && expected.length < (counts.get(name) ?? 0)) partial += 1
        if (String(await keysByPrisma(inUtc, name, condition)) !== String(expected)) isOther += 1
      }
    }
    await prisma.$disconnect()
    expect(partial).toBeGreaterThanOrEqual((rounds * names.length) / 2)
    // In UTC some of them mean other rows.
    expect(isOther).toBeGreaterThan(0)
  },
)
