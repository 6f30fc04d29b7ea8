import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromTypeORM, where } from '@pgark/adapter-typeorm'
import { backup, file, type OrmWhere, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import type { DataSource, ObjectLiteral } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopOn } from '../src/shop.ts'
import { find, keysFound, keysIn } from './found-keys.ts'
import { Random } from './random.ts'
import { type Entity, randomWhere } from './random-where.ts'
import { type ShopServer, startShop } from './shop-server.ts'

// The driver writes dates in the time zone of the process, and columns without a zone have them so; sessions of the application have
// another one.

const rounds = 15
const entities: Readonly<Record<string, Entity>> = {
  Customer: {
    fields: { born: 'time?', createdAt: 'time', deletedAt: 'time?' },
    relations: { referrer: 'Customer', referred: 'Customer', orders: 'Order' },
    counted: [],
  },
  Order: { fields: { placedAt: 'time', deletedAt: 'time?' }, relations: { customer: 'Customer' }, counted: [] },
  Invoice: { fields: { paidOn: 'time?' }, relations: { customer: 'Customer' }, counted: [] },
}
const names = Object.keys(entities)
const zoneOfProcess = process.env.TZ
let running: ShopServer
let folder: string

beforeAll(async () => {
  // With summer time.
  process.env.TZ = 'America/St_Johns'
  running = await startShop()
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-zones-'))
})
afterAll(async () => {
  if (zoneOfProcess === undefined) delete process.env.TZ
  else process.env.TZ = zoneOfProcess
  await running.stop()
  await rm(folder, { recursive: true })
})

/** What values of the fields there are, as TypeORM reads them. */
async function valuesIn(shop: DataSource) {
  const all = new Map<string, readonly ObjectLiteral[]>()
  for (const name of names) all.set(name, await find(shop, name, { withDeleted: true }))
  return {
    all,
    valuesOf: (entity: string, [field = '']: readonly string[]) =>
      (all.get(entity) ?? []).map((row) => row[field] as unknown).filter((value) => value !== null),
  }
}

test.each(['Asia/Kathmandu', 'Pacific/Marquesas'])(
  `${rounds * names.length} random conditions on times, in sessions of %s: the rows in the backup are those that TypeORM finds`,
  async (zone) => {
    expect(new Date('2026-07-01T00:00:00Z').getTimezoneOffset()).toBe(150)
    const { server } = running
    await server.query(`ALTER DATABASE shop SET timezone = '${zone}'`, 'postgres')
    const shop = await shopOn({ url: server.url('shop') }).initialize()
    const { all, valuesOf } = await valuesIn(shop)
    const adapter = fromTypeORM(shopOn({ url: server.url('shop') }))
    let real = 0
    for (let round = 0; round < rounds; round++) {
      const conditionOf = (name: string) => {
        const random = new Random(round * names.length + names.indexOf(name))
        return randomWhere({ random, entities, valuesOf }, name)
      }
      const filters: Record<string, OrmWhere> = {}
      for (const name of names) filters[name] = where<ObjectLiteral>(conditionOf(name))
      const database = `zone_${round}`
      const to = file(path.join(folder, `${database}.sql`))
      const { id } = await backup({ engine: postgres(adapter), to, filters, onOrphans: 'notValid', overwrite: true })
      await server.createDatabase(database)
      await restore({ engine: postgres(server.url(database)), from: to, id })
      for (const name of names) {
        const expected = await keysFound(shop, name, { where: conditionOf(name), withDeleted: true })
        expect({ round, name, keys: await keysIn(running, database, name) }).toEqual({ round, name, keys: expected })
        if (expected.length > 0 && expected.length < (all.get(name) ?? []).length) real++
      }
      await server.query(`DROP DATABASE ${database}`)
    }
    await shop.destroy()
    expect(real).toBeGreaterThanOrEqual((rounds * names.length) / 2)
  },
)
