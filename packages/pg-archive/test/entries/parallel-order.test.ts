import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ParallelOrder, parallelOrder, type TocEntry } from '../../src/index.ts'
import { data, entry, names, on } from './sample-entry.ts'

const seed = Number(process.env.PGARK_TEST_SEED ?? 20_261_121)
const stepsOf = ({ main, privileges, refreshes, eventTriggers }: ParallelOrder) =>
  [main, privileges, refreshes, eventTriggers].flat()
const step = (order: ParallelOrder, { dumpId }: TocEntry) =>
  stepsOf(order).find((candidate) => candidate.entry.dumpId === dumpId)

const table = entry('TABLE', 'orders')
const other = entry('TABLE', 'customers')
const rows = data('TABLE DATA', 'orders', on(table))
const otherRows = data('TABLE DATA', 'customers', on(other))
const index = entry('INDEX', 'i', { section: 'post-data', ...on(table) })
const key = entry('CONSTRAINT', 'customers pkey', { section: 'post-data', ...on(other) })
const foreignKey = entry('FK CONSTRAINT', 'orders fk', { section: 'post-data', ...on(other, key, table, table) })
const view = entry('MATERIALIZED VIEW', 'v', on(table))
const refresh = entry('MATERIALIZED VIEW DATA', 'v', { section: 'post-data', ...on(view) })
const acl = entry('ACL', 'TABLE orders', { section: 'none', ...on(table) })
const columnAcl = entry('ACL', 'COLUMN orders.id', { section: 'none', ...on(table, acl) })
const trigger = entry('EVENT TRIGGER', 'e', { section: 'post-data' })
const shop = [table, other, view, acl, columnAcl, rows, otherRows, trigger, foreignKey, index, key, refresh]

describe('what can be restored at the same time', () => {
  test('passes: definitions in turn, data and what follows it, privileges, the rest', () => {
    const order = parallelOrder(shop)
    expect(order.preData).toEqual([table, other, view])
    expect(order.main.map((at) => at.entry)).toEqual([rows, otherRows, key, foreignKey, index])
    expect(order.privileges.map((at) => at.entry)).toEqual([acl, columnAcl])
    expect(order.refreshes.map((at) => at.entry)).toEqual([refresh])
    expect(order.eventTriggers.map((at) => at.entry)).toEqual([trigger])
  })

  test('what comes after rows waits for the rows of its tables, not for other rows', () => {
    const order = parallelOrder(shop)
    expect(step(order, rows)?.after).toEqual([])
    expect(step(order, index)?.after).toEqual([rows.dumpId])
    expect(step(order, foreignKey)?.after).toEqual([otherRows.dumpId, key.dumpId, rows.dumpId])
    expect(step(order, columnAcl)?.after).toEqual([acl.dumpId])
  })

  test('an ALTER TABLE locks its tables; an index does not, nor do rows', () => {
    const order = parallelOrder(shop)
    expect(step(order, foreignKey)?.locks).toEqual([otherRows.dumpId, rows.dumpId])
    expect(step(order, index)).toMatchObject({ locks: [], reads: [rows.dumpId] })
    expect(step(order, rows)?.locks).toEqual([])
    // Without rows in the archive, the table stands for itself.
    expect(step(parallelOrder([other, key]), key)).toMatchObject({ after: [], locks: [other.dumpId] })
  })

  test('of a part, the same tables are locked, though neither they nor their rows are restored', () => {
    const part = [index, key, foreignKey]
    const order = parallelOrder(part, shop)
    const all = parallelOrder(shop)
    for (const each of part) expect(step(order, each)?.locks).toEqual(step(all, each)?.locks)
    expect(step(order, foreignKey)).toMatchObject({ after: [key.dumpId], locks: [otherRows.dumpId, rows.dumpId] })
    expect(step(order, index)).toMatchObject({ after: [], reads: [rows.dumpId] })
    expect(order.preData).toEqual([])
  })

  test('a comment that pg_dump wrote too early waits for its constraint', () => {
    const domain = entry('DOMAIN', 'd')
    const comment = entry('COMMENT', 'CONSTRAINT c ON DOMAIN d', { section: 'none', ...on(domain) })
    const constraint = entry('CHECK CONSTRAINT', 'd c', { section: 'post-data', ...on(domain) })
    const order = parallelOrder([domain, comment, constraint])
    expect(order.main).toMatchObject([{ entry: constraint }, { entry: comment, after: [constraint.dumpId] }])
  })

  test('ids that are not there hold up nothing', () => {
    const orphan = entry('INDEX', 'i', { section: 'post-data', dependencies: [123_456_789, table.dumpId] })
    expect(parallelOrder([orphan]).main).toEqual([
      { entry: orphan, after: [], needsAllRows: false, locks: [], reads: [] },
    ])
  })
})

describe('partitions, and children of tables', () => {
  const root = entry('TABLE', 'ev')
  const middle = entry('TABLE', 'ev_1', on(root))
  const leaf = entry('TABLE', 'ev_1 a', on(middle))
  const child = entry('TABLE', 'late', on(other))
  const leafRows = data('TABLE DATA', 'ev_1 a', on(leaf))
  const childRows = data('TABLE DATA', 'late', on(child))
  const attached = entry('TABLE ATTACH', 'ev_1', on(middle, root))
  const post = (kind: string, tag: string, more: Partial<TocEntry>) =>
    entry(kind, tag, { section: 'post-data', ...more })
  const leafAudit = post('TRIGGER', 'ev_1 a audit', on(leaf))
  const audit = post('TRIGGER', 'ev audit', on(root))
  const check = post('CHECK CONSTRAINT', 'customers old', on(other))
  const rootIndex = post('INDEX', 'ev_i', on(root))
  const only = 'ALTER TABLE ONLY public.ev\n    ADD CONSTRAINT ev_pkey PRIMARY KEY (id);\n'
  const rootKey = post('CONSTRAINT', 'ev ev_pkey', { ...on(root), definition: only })
  const notNull = post('CONSTRAINT', 'ev n', {
    ...on(root),
    definition: 'ALTER TABLE public.ev ADD NOT NULL id NOT VALID;',
  })
  const tables = [root, middle, leaf, other, child, attached, leafRows, otherRows, childRows]
  const belongings = [leafAudit, audit, check, rootIndex, rootKey, notNull]

  test('what reaches them waits for their rows, at all depths, and locks them', () => {
    const order = parallelOrder([...tables, ...belongings])
    for (const each of [audit, notNull])
      expect(step(order, each)).toMatchObject({
        after: [leafRows.dumpId],
        locks: [root.dumpId, middle.dumpId, leafRows.dumpId],
      })
    expect(step(order, check)?.after).toEqual([otherRows.dumpId, childRows.dumpId])
  })

  test('an index or a key of the partitioned table alone does not', () => {
    const order = parallelOrder([...tables, ...belongings])
    for (const each of [rootIndex, rootKey]) expect(step(order, each)?.after).toEqual([])
  })

  test('so does it in a part without the tables', () => {
    expect(step(parallelOrder([leafRows, audit], [...tables, ...belongings]), audit)?.after).toEqual([leafRows.dumpId])
  })

  test('the trigger of a partition comes after that of the same name which created it', () => {
    const order = parallelOrder([...tables, ...belongings])
    expect(step(order, leafAudit)?.after).toEqual([leafRows.dumpId, audit.dumpId])
    const another = post('TRIGGER', 'ev another', on(root))
    expect(step(parallelOrder([...tables, another, leafAudit]), leafAudit)?.after).toEqual([leafRows.dumpId])
  })
})

describe('what calls functions, which may read any table', () => {
  const late = { section: 'post-data' as const }
  const rate = entry('FUNCTION', 'rate(integer)')
  const same = entry('OPERATOR', '===', on(rate))
  const overRate = entry('INDEX', 'over_rate', { ...late, ...on(table, rate) })
  const overSame = entry('INDEX', 'over_same', { ...late, ...on(table, same) })
  const check = entry('CHECK CONSTRAINT', 'orders c', { ...late, ...on(table, rate) })
  const exclusion = entry('CONSTRAINT', 'orders x', {
    ...late,
    ...on(table),
    definition: 'ALTER TABLE ONLY public.orders\n    ADD CONSTRAINT x EXCLUDE USING btree (public.rate(id) WITH =);\n',
  })
  const called = entry('TRIGGER', 'orders t', { ...late, ...on(table, rate) })
  const calling = [overRate, overSame, check, exclusion]

  test('needs all rows; other indexes, keys and triggers do not', () => {
    const order = parallelOrder([rate, same, ...shop, ...calling, called])
    for (const each of calling) expect(step(order, each)?.needsAllRows).toBe(true)
    for (const each of [index, key, foreignKey, called, rows]) expect(step(order, each)?.needsAllRows).toBe(false)
  })

  test('comes after all rows on a single connection, wherever these stand', () => {
    const order = parallelOrder([rate, table, other, overRate, rows, otherRows])
    expect(order.main.map((at) => at.entry)).toEqual([rows, otherRows, overRate])
  })

  test('and is an error where rows wait for it', () => {
    const looped = { ...otherRows, ...on(other, overRate) }
    expect(() => parallelOrder([rate, table, other, overRate, looped])).toThrow(/ \(ALL ROWS\)/)
  })
})

describe('a circle is an error that names it', () => {
  test('of several entries', () => {
    const [a, b] = [entry('VIEW', 'a'), entry('VIEW', 'b')]
    const [first, second] = [
      { ...a, ...on(table, b) },
      { ...b, ...on(a) },
    ]
    expect(() => parallelOrder([table, first, second])).toThrow(
      expect.objectContaining({
        code: 'ARCHIVE.CYCLE',
        message: `Entries ${a.dumpId} (VIEW public a), ${b.dumpId} (VIEW public b) of the archive depend on each other in a circle.`,
        meta: { dumpIds: [a.dumpId, b.dumpId] },
      }),
    )
  })

  test('of one entry', () => {
    const self = entry('FUNCTION', 'f()', { schema: undefined })
    expect(() => parallelOrder([{ ...self, ...on(self) }])).toThrow(
      `Entry ${self.dumpId} (FUNCTION f()) of the archive depends on itself.`,
    )
  })

  test('that only the wait for rows closes', () => {
    const late = entry('FUNCTION', 'f()', { section: 'post-data', ...on(table) })
    const looped = { ...rows, dependencies: [table.dumpId, late.dumpId] }
    expect(() => parallelOrder([table, late, looped])).toThrow(expect.objectContaining({ code: 'ARCHIVE.CYCLE' }))
  })

  test('of very many, of which it names a few', () => {
    const ring = Array.from({ length: 1000 }, (_, index) => entry('VIEW', `v${index}`))
    const looped = ring.map((each, at) => ({ ...each, ...on(ring[(at + 1) % ring.length] ?? each) }))
    expect(() => parallelOrder(looped)).toThrow(/\(VIEW public v4\) and 995 more of the archive/)
  })
})

test('100,000 entries, each depending on the one before, take no stack', () => {
  const base = entry('TABLE', 't')
  const chain = Array.from({ length: 100_000 }, (_, at) => ({
    ...entry('INDEX', `i${at}`, { section: 'post-data' as const }),
    dumpId: 1_000_000 + at,
    dependencies: [999_999 + at, base.dumpId],
  }))
  const { main } = parallelOrder([base, ...chain.toReversed()])
  expect(main.map(({ entry: { dumpId } }) => dumpId)).toEqual(chain.map(({ dumpId }) => dumpId))
})

test('any graph without a circle: every entry once, behind all it waits for, and unmoved where it may stay', () => {
  const sections = ['pre-data', 'data', 'post-data', 'none'] as const
  const kinds = ['TABLE', 'TABLE DATA', 'INDEX', 'FK CONSTRAINT', 'ACL', 'EVENT TRIGGER', 'COMMENT'] as const
  const drawn = fc.tuple(
    fc.constantFrom(...kinds),
    fc.constantFrom(...sections),
    fc.array(fc.nat(40), { maxLength: 4 }),
  )
  const archives = fc.array(drawn, { maxLength: 40 }).map((drafts) =>
    drafts.map(([kind, section, needs], at) =>
      // Only on earlier ones, so that there is no circle; a table's rows are left to the other tests.
      entry(kind, `e${at}`, {
        dumpId: at + 1,
        section,
        dependencies: needs.filter((id) => id <= at && kind !== 'TABLE DATA'),
      }),
    ),
  )
  fc.assert(
    fc.property(archives, fc.boolean(), (entries, reversed) => {
      const order = parallelOrder(reversed ? entries.toReversed() : entries)
      expect(names([...order.preData, ...stepsOf(order).map((at) => at.entry)]).sort()).toEqual(names(entries).sort())
      for (const pass of [order.main, order.privileges, order.refreshes, order.eventTriggers]) {
        const done = new Set<number>()
        for (const { entry: at, after } of pass) {
          expect(after.every((id) => done.has(id))).toBe(true)
          done.add(at.dumpId)
        }
        if (!reversed) expect([...done]).toEqual([...done].toSorted((a, b) => a - b))
      }
    }),
    { numRuns: 500, seed },
  )
})
