import { rm, utimes } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import {
  copy,
  file,
  PgarkError,
  type PruneOptions,
  type PrunePlan,
  planPrune,
  prune,
  type RunEvent,
} from '../../src/index.ts'
import { manifestBytes } from '../../src/manifest/manifest-bytes.ts'
import { bucket } from '../catalogue/bucket.ts'
import { storedBackup, storedProof } from '../catalogue/stored-backup.ts'
import { chunksOf, everythingIn, tempFolder } from '../file/temp-folder.ts'

const hour = 3_600_000
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T00:00:00Z`

/** A bucket with a backup of each of these days, oldest first. */
async function withDays(...days: number[]) {
  const at = bucket()
  const made: Awaited<ReturnType<typeof storedBackup>>[] = []
  for (const n of days) made.push(await storedBackup(at.exporter, { time: day(n) }))
  return { ...at, made, ids: made.map(({ id }) => id) }
}
const planned = (from: PruneOptions['from'], rules: Omit<PruneOptions, 'from'> = { keepLast: 1 }) =>
  planPrune({ from, ...rules })
async function pruned(from: PruneOptions['from'], rules: Omit<PruneOptions, 'from'> = { keepLast: 1 }) {
  return await prune({ from, plan: await planned(from, rules) })
}
const goingIn = (plan: PrunePlan) =>
  plan.groups.flatMap(({ backups }) => backups.filter(({ reasons }) => reasons.length === 0).map(({ key }) => key))
/** Something that is there. */
function the<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('it is not there')
  return found
}
const truncate = (bytes: Buffer) => bytes.subarray(0, 7)

test('a plan says which rule keeps which backup, what would go, and changes nothing', async () => {
  const { exporter, ids, content } = await withDays(1, 2, 3)
  const before = content()
  const plan = await planned(exporter, { keepLast: 1, keepMonthly: 1 })
  expect(plan).toMatchObject({
    location: 'test://bucket',
    groups: [
      {
        of: { name: 'shop' },
        newestGood: ids[2],
        backups: [
          {
            key: ids[2],
            time: day(3),
            reasons: [
              { rule: 'newest' },
              { rule: 'minKeep' },
              { rule: 'keepLast' },
              { rule: 'keepMonthly', of: '2026-03' },
            ],
          },
          { key: ids[1], reasons: [] },
          { key: ids[0], reasons: [] },
        ],
      },
    ],
    incomplete: [],
    unreadable: [],
  })
  expect(plan.groups[0]?.backups.map(({ sizeBytes }) => sizeBytes)).toEqual([100, 100, 100])
  const parts = [ids[0], ids[1]].flatMap((id) => ['backup.dump', 'contents.json'].map((name) => `${id}/${name}`))
  const sizes = await Promise.all(parts.map(async (key) => (await exporter.stat(key))?.sizeBytes ?? Number.NaN))
  expect(plan.freedBytes).toBe(sizes.reduce((sum, bytes) => sum + bytes))
  expect(content()).toEqual(before)
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
})

test('groups are made by name, or by what is asked for', async () => {
  const { exporter } = bucket()
  for (const type of ['daily', 'weekly'])
    for (const name of ['shop', 'blog']) await storedBackup(exporter, { name, metadata: { type }, time: day(1) })
  await storedBackup(exporter, { name: 'shop', time: day(2) })
  const groupsBy = async (...groupBy: string[]) =>
    (await planned(exporter, { keepLast: 1, ...(groupBy.length > 0 && { groupBy }) })).groups.map(({ of, backups }) => [
      Object.values(of).join('/'),
      backups.length,
    ])
  expect(await groupsBy()).toEqual([
    ['blog', 2],
    ['shop', 3],
  ])
  expect(await groupsBy('metadata:type')).toEqual([
    ['', 1],
    ['daily', 2],
    ['weekly', 2],
  ])
  expect(await groupsBy('name', 'metadata:type')).toEqual([
    ...[
      ['blog/daily', 1],
      ['blog/weekly', 1],
    ],
    ...[
      ['shop/', 1],
      ['shop/daily', 1],
      ['shop/weekly', 1],
    ],
  ])
})

describe('rule 1: only complete backups count', () => {
  test.each<[string, (at: Awaited<ReturnType<typeof withDays>>) => unknown]>([
    ['an object is missing', ({ exporter, made }) => exporter.remove([made[2]?.objects[0]?.key ?? ''])],
    ['an object was cut', ({ damage, made }) => damage(made[2]?.objects[0]?.key ?? '', truncate)],
    ['its contents are missing', ({ exporter, ids }) => exporter.remove([`${ids[2]}/contents.json`])],
    ['a check has found damage', ({ exporter, made }) => storedProof(exporter, the(made[2]), brokenProof)],
  ])('%s: it takes no place and stays, with what is wrong', async (_, harm) => {
    const at = await withDays(1, 2, 3)
    await harm(at)
    const plan = await planned(at.exporter)
    expect(goingIn(plan)).toEqual([at.ids[0]])
    expect(plan.groups[0]).toMatchObject({
      newestGood: at.ids[1],
      backups: [{ key: at.ids[2], reasons: [{ rule: 'damaged' }], problem: expect.stringMatching(/\w/) }, {}, {}],
    })
  })

  test('an object of many that was cut is found by its size', async () => {
    const { exporter, damage } = bucket()
    await storedBackup(exporter, { time: day(1) })
    const { id, objects } = await storedBackup(exporter, { time: day(2), names: ['toc.dat', '1.dat.zst', '2.dat.zst'] })
    damage(objects[2]?.key ?? '', truncate)
    const plan = await planned(exporter)
    expect(goingIn(plan)).toEqual([])
    expect(plan.groups[0]?.backups[0]).toMatchObject({
      key: id,
      problem: `${id}/2.dat.zst has 7 bytes, its manifest says 20.`,
    })
  })

  test('with verified, only what a check found sound; without one nothing goes', async () => {
    const at = await withDays(1, 2, 3, 4)
    const verified = { keepLast: 1, count: 'verified' } as const
    expect(goingIn(await planned(at.exporter, verified))).toEqual([])
    await storedProof(at.exporter, the(at.made[1]), { isWhole: false })
    expect(goingIn(await planned(at.exporter, verified))).toEqual([])
    await storedProof(at.exporter, the(at.made[1]))
    const plan = await planned(at.exporter, verified)
    expect(goingIn(plan)).toEqual([at.ids[0]])
    expect(plan.groups[0]).toMatchObject({
      newestGood: at.ids[1],
      backups: [{ reasons: [{ rule: 'unproved' }] }, {}, {}, {}],
    })
  })

  test('the newest word of a check holds; a database that differs, or another backup, says nothing', async () => {
    const at = await withDays(1, 2)
    const newest = the(at.made[1])
    await storedProof(at.exporter, newest, { ...brokenProof, finishedAt: '2026-04-01T00:00:00.000Z' })
    await storedProof(at.exporter, newest, { finishedAt: '2026-05-01T00:00:00.000Z' })
    await storedProof(at.exporter, newest, {
      ...{ action: 'compare', ok: false, finishedAt: '2026-06-01T00:00:00.000Z' },
      findings: [{ severity: 'error', code: 'COMPARE.ROW_COUNT', message: 'public.orders differs.' }],
    })
    await storedProof(at.exporter, { ...newest, manifestSha256: '0'.repeat(64) }, brokenProof)
    expect(goingIn(await planned(at.exporter, { keepLast: 1, count: 'verified' }))).toEqual([at.ids[0]])
  })
})

const brokenProof = {
  ok: false,
  finishedAt: '2026-07-01T00:00:00.000Z',
  findings: [{ severity: 'error', code: 'DAMAGE.HASH', message: 'It is not what was stored.' }],
} as const

describe('rule 2: the newest good one is never removed, nor one that another still needs', () => {
  test('whatever the rules say', async () => {
    const { exporter, ids, keys } = await withDays(1, 2)
    await pruned(exporter, { keepLast: 1 })
    expect(keys().filter((key) => key.endsWith(`${ids[1]}.json`))).toHaveLength(1)
    expect(keys().join()).not.toContain(ids[0])
  })

  test('a backup that has objects of an older one keeps that', async () => {
    const { exporter, made, ids } = await withDays(1, 2)
    const { id } = await storedBackup(exporter, { time: day(3), shares: made[0]?.objects ?? [] })
    const plan = await planned(exporter)
    expect(goingIn(plan)).toEqual([ids[1]])
    expect(plan.groups[0]?.backups.at(-1)).toMatchObject({ key: ids[0], reasons: [{ rule: 'needed', of: id }] })
  })

  test.each<[string, (at: Awaited<ReturnType<typeof withDays>>) => unknown]>([
    ['is gone', ({ exporter, ids }) => exporter.remove([`${ids[2]}.json`])],
    ['was cut', ({ damage, made }) => damage(made[2]?.objects[0]?.key ?? '', truncate)],
    ['was found damaged', ({ exporter, made }) => storedProof(exporter, the(made[2]), brokenProof)],
  ])('where it %s since the plan was made nothing is removed', async (_, harm) => {
    const at = await withDays(1, 2, 3)
    const plan = await planned(at.exporter)
    await harm(at)
    const before = at.content()
    await expect(prune({ from: at.exporter, plan })).rejects.toMatchObject({
      code: 'REFUSED.CHANGED',
      message: expect.stringContaining(at.ids[2] ?? ''),
    })
    expect(at.content()).toEqual(before)
  })

  test('a backup that has taken the place of one that was to go stays', async () => {
    const { exporter, ids, content, damage } = await withDays(1, 2, 3)
    const plan = await planned(exporter)
    damage(`${ids[0]}.json`, (bytes) => {
      const { checksum: _, ...manifest } = JSON.parse(bytes.toString())
      return Buffer.from(manifestBytes({ ...manifest, metadata: { made: 'anew' } }))
    })
    const before = content()
    await expect(prune({ from: exporter, plan })).rejects.toMatchObject({
      code: 'REFUSED.CHANGED',
      message: expect.stringContaining(`${ids[0]} is another backup`),
    })
    expect(content()).toEqual(before)
  })

  test('what is gone already is passed over', async () => {
    const { exporter, ids } = await withDays(1, 2, 3)
    const plan = await planned(exporter)
    await exporter.remove([`${ids[0]}.json`])
    expect(await prune({ from: exporter, plan })).toMatchObject({ removed: [ids[1]] })
  })
})

describe('rule 3: while a manifest cannot be read nothing is removed', () => {
  test.each<[string, (at: Awaited<ReturnType<typeof withDays>>) => unknown, RegExp]>([
    ['it was cut', ({ damage, ids }) => damage(`${ids[0]}.json`, truncate), /is not JSON/],
    ['it was edited', ({ damage, ids }) => damage(`${ids[0]}.json`, edited), /checksum differs/],
    [
      'its objects are gone, too',
      async ({ damage, ids, exporter }) => {
        damage(`${ids[0]}.json`, truncate)
        await exporter.remove([`${ids[0]}/backup.dump`, `${ids[0]}/contents.json`])
      },
      /is not JSON/,
    ],
    [
      'it requires what is not known',
      ({ exporter }) => storedBackup(exporter, { requires: ['shared-chunks'], time: day(9) }),
      /needs shared-chunks/,
    ],
    [
      'it is of another backup',
      async ({ exporter, ids }) => {
        const { id } = await storedBackup(exporter, { time: day(9), names: ['toc.dat', '1.dat'] })
        await exporter.remove([`${ids[0]}.json`])
        await exporter.write(`${ids[0]}.json`, exporter.read(`${id}.json`))
      },
      /belongs to/,
    ],
  ])('%s', async (_, harm, problem) => {
    const at = await withDays(1, 2, 3)
    const incomplete = 'old-20200101T000000Z-0000/a'
    await at.exporter.write(incomplete, chunksOf('x'))
    at.state.now = new Date('2027-01-01')
    await harm(at)
    const plan = await planned(at.exporter)
    expect(plan.unreadable).toEqual([{ key: expect.any(String), problem: expect.stringMatching(problem) }])
    const before = at.content()
    await expect(prune({ from: at.exporter, plan })).rejects.toMatchObject({
      code: 'DAMAGE.UNREADABLE',
      message: expect.stringMatching(problem),
      meta: { keys: [plan.unreadable[0]?.key] },
    })
    expect(at.content()).toEqual(before)
  })

  test('also one that came since the plan was made; JSON of others does not count', async () => {
    const { exporter, content } = await withDays(1, 2, 3)
    await exporter.write('package.json', chunksOf('{"name":"x"}'))
    const plan = await planned(exporter)
    expect(plan.unreadable).toEqual([])
    await storedBackup(exporter, { requires: ['new'] })
    const before = content()
    await expect(prune({ from: exporter, plan })).rejects.toMatchObject({ code: 'DAMAGE.UNREADABLE' })
    expect(content()).toEqual(before)
  })

  test('a destination that fails while one is read has failed: nothing is called unreadable', async () => {
    const { exporter, state } = await withDays(1, 2)
    const lost = new Error('read ECONNRESET')
    state.faults = {
      before(call, key) {
        if (call === 'read' && key.endsWith('Z-0000.json')) return
        if (call === 'read' && !key.includes('/')) throw lost
      },
    }
    await expect(planned(exporter)).rejects.toBe(lost)
  })
})

const edited = (bytes: Buffer) =>
  Buffer.from(bytes.toString().replace('"plain"', '"custom"').replace('"custom"', '"plain"'))

describe('rule 4: the manifest goes first, then the objects', () => {
  test('oldest backup first, contents last, proofs with it', async () => {
    const { exporter, made, ids, calls, keys } = await withDays(1, 2, 3)
    const proof = await storedProof(exporter, the(made[0]))
    const events: RunEvent[] = []
    const plan = await planned(exporter)
    const result = await prune({ from: exporter, plan, onEvent: (event) => events.push(event) })
    expect(calls.filter((call) => call.startsWith('remove'))).toEqual([
      ...[`remove ${ids[0]}.json`, `remove ${ids[0]}/backup.dump`, `remove ${proof}`, `remove ${ids[0]}/contents.json`],
      ...[`remove ${ids[1]}.json`, `remove ${ids[1]}/backup.dump`, `remove ${ids[1]}/contents.json`],
    ])
    expect(keys()).toEqual([`${ids[2]}.json`, `${ids[2]}/backup.dump`, `${ids[2]}/contents.json`])
    expect(result).toEqual({
      location: 'test://bucket',
      removed: ids.slice(0, 2),
      collected: [],
      freedBytes: plan.freedBytes,
    })
    expect(events.map((event) => (event.type === 'backup' ? `${event.state} ${event.key}` : event.type))).toEqual([
      ...['phase', `removed ${ids[0]}`, `removed ${ids[1]}`, 'result'],
    ])
  })

  test('where an object cannot be removed there is no backup any more, and the next run collects what is left', async () => {
    const { exporter, ids, state, keys } = await withDays(1, 2)
    const denied = new Error('denied')
    state.faults = {
      before(call, key) {
        if (call === 'remove' && key.endsWith('backup.dump')) throw denied
      },
    }
    await expect(pruned(exporter)).rejects.toBe(denied)
    expect(keys()).toContain(`${ids[0]}/backup.dump`)
    expect(keys()).not.toContain(`${ids[0]}.json`)
    state.faults = {}
    state.now = new Date(state.now.getTime() + 25 * hour)
    expect(await pruned(exporter)).toMatchObject({ removed: [], collected: [ids[0]] })
    expect(keys().join()).not.toContain(ids[0])
  })

  test('a single file goes with its manifest and its proofs', async () => {
    const folder = await tempFolder()
    const single = file(folder)
    const old = await storedBackup(single, { time: day(1) })
    expect(await copy({ from: single, id: old.id, to: file(`${folder}/old.dump`) })).toMatchObject({ ok: true })
    await rm(`${folder}/${old.id}`, { recursive: true })
    await rm(`${folder}/${old.id}.json`)
    await storedBackup(single, { time: day(2) })
    await single.write('old.dump.proof-20260101T000000.000Z-0000.json', chunksOf('{}'))
    expect(await pruned(single)).toMatchObject({ removed: ['old.dump'] })
    expect((await everythingIn(folder)).join()).not.toContain('old.dump')
  })
})

describe('rule 5: what a run without a manifest left goes when its newest object is old', () => {
  const id = 'shop-20260601T000000Z-abcd'
  async function withRun() {
    const at = await withDays(1)
    const from = at.state.now
    const after = (hours: number) => {
      at.state.now = new Date(from.getTime() + hours * hour)
    }
    await at.exporter.write(`${id}/1.dat`, chunksOf('one'))
    return {
      ...at,
      after,
      decisions: async (ms?: number) =>
        (
          await planned(at.exporter, { keepLast: 1, ...(ms !== undefined && { incompleteAfterMs: ms }) })
        ).incomplete.map(({ decision }) => decision),
    }
  }

  test('24 hours by the clock of the destination, whatever ours says', async () => {
    const { exporter, after, decisions, keys } = await withRun()
    after(24)
    expect(await decisions()).toEqual(['young'])
    after(24.01)
    expect(await decisions()).toEqual(['collect'])
    expect(await pruned(exporter)).toMatchObject({ collected: [id], freedBytes: 3 })
    expect(keys().filter((key) => key.includes(id) || key.includes('clock'))).toEqual([])
  })

  test('or as long as was said', async () => {
    const { after, decisions } = await withRun()
    after(2)
    expect([await decisions(3 * hour), await decisions(1 * hour)]).toEqual([['young'], ['collect']])
  })

  test('the newest object counts, and an upload that goes on', async () => {
    const { exporter, after, decisions, uploads, state } = await withRun()
    after(20)
    await exporter.write(`${id}/2.dat`, chunksOf('two'))
    after(40)
    expect(await decisions()).toEqual(['young'])
    uploads.set('u1', { key: `${id}/3.dat`, id: 'u1', writtenAt: state.now })
    after(60)
    expect(await decisions()).toEqual(['young'])
    after(70)
    expect(await decisions()).toEqual(['collect'])
  })

  test('never one whose process is known to live', async () => {
    const { after, decisions, uploads, state } = await withRun()
    uploads.set('u1', { key: `${id}/3.dat`, id: 'u1', writtenAt: state.now, isAlive: true })
    after(1000)
    expect(await decisions()).toEqual(['alive'])
  })

  test('uploads that broke off go with it, also where no object came to be; those of others stay', async () => {
    const { exporter, after, uploads, state, calls } = await withRun()
    const other = 'blog-20260601T000000Z-0001'
    uploads.set('u1', { key: `${id}/3.dat`, id: 'u1', writtenAt: state.now })
    uploads.set('u2', { key: `${other}/backup.dump`, id: 'u2', writtenAt: state.now })
    uploads.set('u3', { key: 'films/big.mp4', id: 'u3', writtenAt: state.now })
    after(48)
    expect(await pruned(exporter)).toMatchObject({ collected: [other, id] })
    expect([...uploads.keys()]).toEqual(['u3'])
    expect(calls.indexOf('abort u1')).toBeLessThan(calls.indexOf(`remove ${id}/1.dat`))
  })

  describe('what an earlier attempt has left beside a backup or for a single file', () => {
    async function withLeft() {
      const at = await withRun()
      const of = `${at.ids[0]}/3.dat.zst`
      await at.exporter.remove([`${id}/1.dat`])
      await at.exporter.write('x.dump', chunksOf('whole'))
      const begin = (name: string, key: string) => at.uploads.set(name, { key, id: name, writtenAt: at.state.now })
      begin('u1', of)
      begin('u2', 'x.dump')
      begin('u3', 'films/x.dump')
      begin('u4', 'film.mp4')
      return { ...at, of, begin }
    }

    test('goes once it is old, and nothing that is whole goes with it', async () => {
      const { exporter, after, decisions, of, uploads, content } = await withLeft()
      const before = content()
      after(23)
      expect(await decisions()).toEqual(['young', 'young'])
      after(25)
      const events: RunEvent[] = []
      const plan = await planned(exporter)
      expect(plan.incomplete).toMatchObject([
        { key: of, kind: 'writes', decision: 'collect' },
        { key: 'x.dump', kind: 'writes', decision: 'collect' },
      ])
      const result = await prune({ from: exporter, plan, onEvent: (event) => events.push(event) })
      expect(result).toMatchObject({ removed: [], collected: [of, 'x.dump'], freedBytes: 0 })
      expect(events.filter(({ type }) => type === 'backup')).toEqual(
        [of, 'x.dump'].map((key) => ({ type: 'backup', state: 'ended', key, bytes: 0, sizeBytes: 0 })),
      )
      expect([...uploads.keys()]).toEqual(['u3', 'u4'])
      expect(content()).toEqual(before)
      expect((await planned(exporter)).incomplete).toEqual([])
    })

    test('stays as long as another attempt at the same object is on; that of another key is no matter', async () => {
      const { exporter, after, begin, of, uploads } = await withLeft()
      after(25)
      begin('u5', 'x.dump')
      expect(await pruned(exporter)).toMatchObject({ collected: [of] })
      expect([...uploads.keys()]).toEqual(['u2', 'u3', 'u4', 'u5'])
    })

    test('stays where something was written after the plan was made, and is passed over where it has ended', async () => {
      const { exporter, after, begin, of, uploads } = await withLeft()
      after(25)
      const plan = await planned(exporter)
      begin('u5', 'x.dump')
      uploads.delete('u1')
      expect(await prune({ from: exporter, plan })).toMatchObject({ collected: [] })
      expect([...uploads.keys()]).toEqual(['u2', 'u3', 'u4', 'u5'])
      expect(plan.incomplete[0]?.key).toBe(of)
    })

    test('goes alone where the backup beside it has lost its manifest since', async () => {
      const { exporter, after, ids, of, uploads, keys } = await withLeft()
      after(25)
      const plan = await planned(exporter, { keepLast: 1 })
      await exporter.remove([`${ids[0]}.json`])
      expect(await prune({ from: exporter, plan })).toMatchObject({ collected: [of, 'x.dump'] })
      expect(keys()).toContain(`${ids[0]}/backup.dump`)
      expect(uploads.has('u1')).toBe(false)
    })

    test('of a copy that was killed and then made anew, at the place where it lies', async () => {
      const { exporter, after, uploads, state } = await withRun()
      const from = bucket('test://here').exporter
      const { id: copied } = await storedBackup(from)
      uploads.set('killed', { key: `${copied}/backup.dump`, id: 'killed', writtenAt: state.now })
      expect(await copy({ from, to: exporter })).toMatchObject({ ok: true })
      after(25)
      expect(await pruned(exporter, { keepLast: 9 })).toMatchObject({
        removed: [],
        collected: expect.arrayContaining([`${copied}/backup.dump`]),
      })
      expect([...uploads.keys()]).toEqual([])
      expect(await copy({ from, to: exporter })).toMatchObject({ ok: true, backups: [{ state: 'same' }] })
    })
  })

  test('one that goes on after the plan was made stays', async () => {
    const { exporter, after, content } = await withRun()
    after(48)
    const plan = await planned(exporter)
    await exporter.write(`${id}/2.dat`, chunksOf('two'))
    const before = content()
    expect(await prune({ from: exporter, plan })).toMatchObject({ collected: [] })
    expect(content()).toEqual(before)
  })

  test('one that has come to its end after the plan was made stays', async () => {
    const { exporter, after, content } = await withRun()
    after(48)
    const plan = await planned(exporter)
    // With the same time, so that only the manifest tells.
    after(0)
    await storedBackup(exporter, { id })
    const before = content()
    expect(await prune({ from: exporter, plan })).toMatchObject({ collected: [] })
    expect(content()).toEqual(before)
  })

  test('where the time cannot be learnt runs stay, with a warning, and backups are pruned all the same', async () => {
    const at = await withDays(1, 2)
    await at.exporter.write(`${id}/1.dat`, chunksOf('one'))
    at.state.faults = {
      before(call) {
        if (call === 'write') throw new PgarkError('DESTINATION.PERMISSION', 'No right to write.')
      },
    }
    const warnings: unknown[] = []
    const plan = await planned(at.exporter, { keepLast: 1, onEvent: (event) => warnings.push(event) })
    expect(plan.incomplete).toMatchObject([{ key: id, decision: 'unknown' }])
    expect(warnings).toMatchObject([
      { type: 'warning', code: 'PRUNE.CLOCK', message: expect.stringContaining('No right') },
    ])
    expect(await prune({ from: at.exporter, plan })).toMatchObject({ removed: [at.ids[0]], collected: [] })
  })

  test('in a folder, a run that goes on is known by its unfinished file, and stays however old', async () => {
    const folder = await tempFolder()
    const from = file(folder)
    await storedBackup(from)
    await from.write(`${id}/1.dat`, chunksOf('one'))
    const { promise, resolve } = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    async function* slow() {
      yield Buffer.from('x')
      begun.resolve()
      await promise
    }
    const writing = from.write(`${id}/2.dat`, slow())
    await begun.promise
    const ago = new Date(Date.now() - 48 * hour)
    const age = async () => {
      for (const name of await everythingIn(`${folder}/${id}`)) await utimes(`${folder}/${id}/${name}`, ago, ago)
    }
    await age()
    const alive = await planned(from)
    expect(alive.incomplete).toMatchObject([{ key: id, objects: 1, unfinished: 1, decision: 'alive' }])
    resolve()
    await writing
    expect((await planned(from)).incomplete).toMatchObject([{ objects: 2, unfinished: 0, decision: 'young' }])
    await age()
    expect(await pruned(from)).toMatchObject({ collected: [id] })
    expect((await everythingIn(folder)).join()).not.toContain(id)
  })
})

describe('what is wrong with a call', () => {
  const refusal = (options: object) =>
    planPrune({ from: bucket().exporter, ...options } as PruneOptions).then(
      () => [],
      (error) => error.message.split('\n'),
    )
  test('all problems at once', async () => {
    expect(
      await refusal({
        ...{ keepLast: -1, keepDaily: 1.5, keepWithinMs: '30d', minKeep: 0, count: 'good', groupBy: ['nam'] },
        ...{ timeZone: 'Mars/Olympus', keepMetadata: { a: 1 }, incompleteAfterMs: 0, keepEver: 1 },
      }),
    ).toHaveLength(10)
    expect(await refusal({ groupBy: 'name', keepMetadata: 'a' })).toHaveLength(3)
  })
  test('no rule that keeps anything', async () => {
    expect(await refusal({})).toEqual([expect.stringContaining('No rule keeps anything')])
    expect(await refusal({ keepWithinMs: -1 })).toHaveLength(1)
    expect(await refusal({ keepDaily: 0, keepMetadata: {}, minKeep: 3 })).toHaveLength(1)
  })
  test('metadata that no backup has, in a rule or a group: nothing would stay by it', async () => {
    const { exporter } = bucket()
    await storedBackup(exporter, { time: day(1), metadata: { keep: 'forever' } })
    await storedBackup(exporter, { time: day(2), metadata: { type: 'daily' } })
    const misspelt = { keepLast: 1, keepMetadata: { keeep: 'forever' }, groupBy: ['name', 'metadata:tpye'] }
    await expect(planned(exporter, misspelt)).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message:
        'No backup here has metadata of the name keeep: a rule by it keeps nothing.\nNo backup here has metadata of the name tpye: grouped by it, all are one group.',
      hint: 'did you mean keep?\ndid you mean type?',
    })
    const right = { keepMetadata: { keep: 'forever' }, groupBy: ['name', 'metadata:type'] }
    expect((await planned(exporter, right)).groups).toHaveLength(2)
    expect((await planned(bucket().exporter, misspelt)).groups).toEqual([])
  })
  test('metadata that no backup has any more is told: the rules themselves may have removed the last', async () => {
    const { exporter } = await withDays(1)
    const warnings: RunEvent[] = []
    const plan = await planned(exporter, {
      keepMetadata: { team: 'x' },
      onEvent: (event) => event.type === 'warning' && warnings.push(event),
    })
    expect(plan.groups).toHaveLength(1)
    expect(warnings).toEqual([
      {
        type: 'warning',
        code: 'PRUNE.METADATA',
        message: 'No backup here has metadata of the name team: a rule by it keeps nothing.',
        hint: 'none has any metadata',
      },
    ])
  })
  test('a single file, a pipe, a plan for another place', async () => {
    expect(await refusal({ keepLast: 1, from: file('/nowhere/x.dump') })).toEqual(['/nowhere/x.dump is one backup.'])
    const { exporter } = bucket()
    const pipe = { ...exporter, capabilities: { ...exporter.capabilities, remove: false } }
    expect(await refusal({ keepLast: 1, from: pipe })).toEqual(['Nothing can be removed from test://bucket.'])
    const plan = await planned(bucket('test://other').exporter)
    await expect(prune({ from: exporter, plan })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  })
  test('a plan for a place of the same name, but another server', async () => {
    const { exporter } = await withDays(1, 2)
    const plan = await planned({ ...exporter, identity: 'https://one/bucket' })
    const other = { ...exporter, identity: 'https://other/bucket' }
    await expect(prune({ from: other, plan })).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  })
})
