import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PruneOptions, planPrune, prune } from '../../src/index.ts'
import { bucket } from '../catalogue/bucket.ts'
import { storedBackup, storedProof } from '../catalogue/stored-backup.ts'
import { chunksOf } from '../file/temp-folder.ts'

const minute = 60_000
const days = 24 * 60 * minute

/** What may happen in the life of a destination. */
type Event =
  | { what: 'backup'; name: string; type: string; verified: boolean }
  | { what: 'died' | 'truncated' | 'broken proof' | 'unreadable' | 'from the future' }
  | { what: 'time passes' | "the server's clock jumps"; minutes: number }

const names = fc.constantFrom('shop', 'blog')
const backupEvent = fc.record({
  what: fc.constant('backup' as const),
  name: names,
  type: fc.constantFrom('daily', 'weekly'),
  verified: fc.boolean(),
})
const passes = fc.record({
  what: fc.constant('time passes' as const),
  minutes: fc.integer({ min: 1, max: 60 * 24 * 40 }),
})
const jumps = fc.record({
  what: fc.constant("the server's clock jumps" as const),
  minutes: fc.integer({ min: -60 * 24 * 400, max: 60 * 24 * 400 }),
})
const mishap = fc.record({ what: fc.constantFrom('died', 'truncated', 'broken proof') })
const rare = fc.record({ what: fc.constantFrom('unreadable', 'from the future') })
const history: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: backupEvent },
    { weight: 25, arbitrary: passes },
    { weight: 8, arbitrary: mishap },
    { weight: 5, arbitrary: jumps },
    { weight: 1, arbitrary: rare },
  ) as fc.Arbitrary<Event>,
  { maxLength: 30, size: 'max' },
)
const few = fc.constantFrom(0, 0, 0, 1, 3)
const rules: fc.Arbitrary<Omit<PruneOptions, 'from'>> = fc.record({
  ...{ keepLast: few, keepHourly: few, keepDaily: few, keepWeekly: few, keepMonthly: few, keepYearly: few },
  keepWithinMs: fc.constantFrom(0, 0, 2 * days, 20 * days),
  keepMetadata: fc.constantFrom({ type: 'none' }, { type: 'none' }, { type: 'weekly' }),
  minKeep: fc.integer({ min: 1, max: 3 }),
  count: fc.constantFrom('complete', 'verified'),
  groupBy: fc.constantFrom(['name'], ['name', 'metadata:type'], []),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'),
})

interface Good {
  readonly id: string
  readonly group: string
  /** By the server's clock, which may be wrong. */
  readonly time: number
  /** By the destination's clock, which is right. */
  readonly madeAt: number
}

/** Lives through a history, and answers the place and what is good in it. */
async function lived(events: readonly Event[], { count, groupBy = [] }: Omit<PruneOptions, 'from'>) {
  const at = bucket()
  // A few days before the clocks change in autumn.
  let now = Date.parse('2020-10-20T00:00:00Z')
  let offset = 0
  let isBlocked = false
  const good: Good[] = []
  for (const event of events) {
    at.state.now = new Date(now)
    const time = new Date(now + offset).toISOString()
    const lastId = good.at(-1)?.id
    switch (event.what) {
      case 'backup': {
        const { name, type, verified } = event
        const made = await storedBackup(at.exporter, { name, time, metadata: { type } })
        if (verified) await storedProof(at.exporter, made)
        const group = groupBy.map((part) => (part === 'name' ? name : type)).join()
        if (verified || count === 'complete') good.push({ id: made.id, group, time: Date.parse(time), madeAt: now })
        break
      }
      case 'died':
        await at.exporter.write(
          `shop-20200101T000000Z-${String(at.calls.length).padStart(4, '0')}/1.dat`,
          chunksOf('x'),
        )
        break
      case 'truncated':
        at.damage(`${(await storedBackup(at.exporter, { time })).id}/backup.dump`, (bytes) => bytes.subarray(1))
        break
      case 'broken proof':
        await storedProof(at.exporter, await storedBackup(at.exporter, { time, metadata: { type: 'odd' } }), {
          ...{ ok: false, findings: [{ severity: 'error', code: 'DAMAGE.HASH', message: 'It differs.' }] },
        })
        break
      case 'unreadable':
        isBlocked ||= lastId !== undefined
        if (lastId !== undefined) {
          at.damage(`${lastId}.json`, (bytes) => bytes.subarray(9))
          good.pop()
        }
        break
      case 'from the future':
        isBlocked = true
        await storedBackup(at.exporter, { time, requires: ['what is not known'] })
        break
      case 'time passes':
        now += event.minutes * minute
        break
      case "the server's clock jumps":
        offset = event.minutes * minute
    }
  }
  at.state.now = new Date(now)
  return { ...at, good, isBlocked }
}

const newestBy = (good: readonly Good[], clock: 'time' | 'madeAt') =>
  [...Map.groupBy(good, ({ group }) => group).values()].map((group) => {
    const last = Math.max(...group.map((each) => each[clock]))
    return group.filter((each) => each[clock] === last).map(({ id }) => id)
  })

test('whatever happened: the newest good backups survive, unreadable manifests stop everything, twice changes nothing', async () => {
  let removals = 0
  let refusals = 0
  await fc.assert(
    fc.asyncProperty(history, rules, async (events, given) => {
      const { exporter, good, isBlocked, content, keys } = await lived(events, given)
      const from = { from: exporter, ...given }
      const before = content()
      const plan = await planPrune(from)
      expect(content()).toEqual(before)
      if (isBlocked) {
        refusals += 1
        await expect(prune({ from: exporter, plan })).rejects.toMatchObject({ code: 'DAMAGE.UNREADABLE' })
        expect(content()).toEqual(before)
        return
      }
      removals += (await prune({ from: exporter, plan })).removed.length
      const after = new Set(keys())
      // Of several of the same moment any will do.
      for (const newest of [...newestBy(good, 'time'), ...newestBy(good, 'madeAt')]) {
        const whole = newest.filter((id) =>
          [`${id}.json`, `${id}/backup.dump`, `${id}/contents.json`].every((key) => after.has(key)),
        )
        expect(whole).not.toEqual([])
      }
      const once = content()
      const again = await prune({ from: exporter, plan: await planPrune(from) })
      expect(again).toMatchObject({ removed: [], collected: [], freedBytes: 0 })
      expect(content()).toEqual(once)
    }),
    { numRuns: 300, seed: Number(process.env.PGARK_TEST_SEED ?? 20_261_122) },
  )
  // A property of histories in which nothing is ever removed would say nothing.
  expect(removals).toBeGreaterThan(50)
  expect(refusals).toBeGreaterThan(5)
})
