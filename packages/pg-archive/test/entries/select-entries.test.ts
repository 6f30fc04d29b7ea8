import { describe, expect, test } from 'vitest'
import { type EntrySelection, selectEntries } from '../../src/index.ts'
import { data, entry, names, on } from './sample-entry.ts'

const none = { schema: undefined }
const post = { section: 'post-data' } as const
const about = { section: 'none' } as const
const app = { schema: 'app' }

const encoding = entry('ENCODING', 'ENCODING', none)
const database = entry('DATABASE', 'shop', none)
const onDatabase = entry('COMMENT', 'DATABASE shop', { ...none, ...about, ...on(database) })
const schema = entry('SCHEMA', 'app', none)
const onSchema = entry('ACL', 'SCHEMA app', { ...none, ...about, ...on(schema) })
const mood = entry('TYPE', 'mood', { ...app, ...on(schema) })
const check = entry('FUNCTION', 'check(integer)', { ...app, ...on(schema) })
const customers = entry('TABLE', 'customers', { ...app, ...on(schema) })
const orders = entry('TABLE', 'orders', { ...app, ...on(schema, mood) })
const ordersAcl = entry('ACL', 'TABLE orders', { ...app, ...about, ...on(orders) })
const columnAcl = entry('ACL', 'COLUMN orders.id', { ...app, ...about, ...on(orders, ordersAcl) })
const counter = entry('SEQUENCE', 'orders_id_seq', { ...app, ...on(orders) })
const ownedBy = entry('SEQUENCE OWNED BY', 'orders_id_seq', { ...app, ...on(counter) })
const byDefault = entry('DEFAULT', 'orders id', { ...app, ...on(counter, orders) })
const namesake = entry('TABLE', 'orders')
const view = entry('VIEW', 'totals', { ...app, ...on(orders) })
const viewComment = entry('COMMENT', 'VIEW totals', { ...app, ...about, ...on(view) })
const partitioned = entry('TABLE', 'events', on())
const partition = entry('TABLE', 'events_1', on(partitioned))
const sibling = entry('TABLE', 'events_2', on(partitioned))
const below = entry('TABLE', 'events_2_a', on(sibling))
const attached = entry('TABLE ATTACH', 'events_1', on(partition, partitioned))
const siblingAttached = entry('TABLE ATTACH', 'events_2', on(sibling, partitioned))
const belowAttached = entry('TABLE ATTACH', 'events_2_a', on(below, sibling))
const strayAttached = entry('TABLE ATTACH', 'gone', { dependencies: [999_999, partitioned.dumpId] })
const ordersRows = data('TABLE DATA', 'orders', { ...app, ...on(orders) })
const customersRows = data('TABLE DATA', 'customers', { ...app, ...on(customers) })
const namesakeRows = data('TABLE DATA', 'orders', on(namesake))
const partitionRows = data('TABLE DATA', 'events_1', on(partition))
const value = entry('SEQUENCE SET', 'orders_id_seq', { ...app, section: 'data', ...on(counter) })
const largeObject = entry('BLOB METADATA', '4711', { ...none, section: 'data' })
const largeObjects = data('BLOBS', '4711', { ...none, ...on(largeObject) })
const statistics = entry('STATISTICS DATA', 'orders', { ...app, section: 'data', ...on(orders) })
const key = entry('CONSTRAINT', 'customers customers_pkey', { ...app, ...post, ...on(customers) })
const foreignKey = entry('FK CONSTRAINT', 'orders orders_fk', { ...app, ...post, ...on(customers, key, orders) })
const index = entry('INDEX', 'orders_i', { ...app, ...post, ...on(orders) })
const trigger = entry('TRIGGER', 'orders t', { ...app, ...post, ...on(orders, check) })
const topIndex = entry('INDEX', 'events_i', { ...post, ...on(partitioned) })
const partIndex = entry('INDEX', 'events_1_i', { ...post, ...on(topIndex, partition) })
const indexAttached = entry('INDEX ATTACH', 'events_1_i', {
  ...post,
  ...on(partIndex, topIndex, partition, partitioned),
})
const eventsView = entry('VIEW', 'latest', on(partitioned))
const publication = entry('PUBLICATION', 'p', { ...none, ...post })
const published = entry('PUBLICATION TABLE', 'p orders', { ...app, ...post, ...on(orders, publication) })

const definitions = [
  encoding,
  database,
  onDatabase,
  schema,
  onSchema,
  mood,
  check,
  customers,
  orders,
  ordersAcl,
  columnAcl,
]
const more = [counter, ownedBy, byDefault, namesake, view, viewComment, partitioned, partition, sibling, below]
const attachments = [eventsView, attached, siblingAttached, belowAttached, strayAttached]
const contents = [ordersRows, customersRows, namesakeRows, partitionRows, value, largeObject, largeObjects, statistics]
const after = [key, foreignKey, index, trigger, topIndex, partIndex, indexAttached, publication, published]
const archive = [...definitions, ...more, ...attachments, ...contents, ...after]

/** What is selected beside what sets up the session. */
function select(selection: EntrySelection) {
  const [first, ...rest] = selectEntries(archive, selection)
  expect(first).toBe(encoding)
  return names(rest)
}
const inOrder = (...entries: typeof archive) => names(archive.filter((each) => entries.includes(each)))

describe('what is named, as pg_restore has it', () => {
  const cases: [string, EntrySelection, typeof archive][] = [
    ['everything but the database', {}, archive.filter((each) => ![encoding, database, onDatabase].includes(each))],
    ['the database too', { database: true, kinds: ['COMMENT'] }, [database, onDatabase, viewComment]],
    [
      'a table of any schema, with rows, statistics and privileges',
      { tables: ['orders'] },
      [orders, namesake, ordersAcl, columnAcl, ordersRows, namesakeRows, statistics],
    ],
    ['a table of one schema', { tables: [{ schema: 'public', name: 'orders' }] }, [namesake, namesakeRows]],
    ['a table in a schema', { tables: ['orders'], schemas: ['public'] }, [namesake, namesakeRows]],
    ['views and sequences among tables', { tables: ['totals', 'orders_id_seq'] }, [view, viewComment, counter, value]],
    [
      'indexes, functions and triggers add up',
      { indexes: ['orders_i'], functions: ['check(integer)'], triggers: ['orders t'] },
      [index, check, trigger],
    ],
    ['no names are none', { tables: [] }, []],
    [
      'a schema does not hold itself, nor what is in none',
      { schemas: ['app'], kinds: ['SCHEMA', 'ACL', 'BLOBS'] },
      [ordersAcl, columnAcl],
    ],
    ['all but a schema', { excludeSchemas: ['public'], kinds: ['TABLE', 'SCHEMA'] }, [schema, customers, orders]],
    ['sections', { sections: ['data'], schemas: ['app'] }, [ordersRows, customersRows, value, statistics]],
    [
      'definitions only',
      { only: 'definitions', schemas: ['public'] },
      [
        namesake,
        partitioned,
        partition,
        sibling,
        below,
        eventsView,
        attached,
        siblingAttached,
        belowAttached,
        strayAttached,
        topIndex,
        partIndex,
        indexAttached,
      ],
    ],
    [
      'data only, with large objects',
      { only: 'data' },
      [ordersRows, customersRows, namesakeRows, partitionRows, value, largeObject, largeObjects],
    ],
    ['without kinds', { tables: ['totals'], excludeKinds: ['COMMENT'] }, [view]],
    ['by id', { dumpIds: [index.dumpId, orders.dumpId, 999_999] }, [orders, index]],
  ]
  test.each(cases)('%s', (_, selection, expected) => expect(select(selection)).toEqual(inOrder(...expected)))
})

describe('with what it needs', () => {
  const ofOrders = [
    schema,
    onSchema,
    mood,
    check,
    orders,
    ordersAcl,
    columnAcl,
    counter,
    ownedBy,
    byDefault,
    ordersRows,
    value,
    statistics,
    index,
    trigger,
  ]
  const referred = [customers, customersRows, key, foreignKey]
  const table = { tables: [{ schema: 'app', name: 'orders' }], withNeeds: true } as const
  const cases: [string, EntrySelection, typeof archive][] = [
    ['a table', table, [...ofOrders, ...referred]],
    ['a table without those it refers to', { ...table, excludeKinds: ['FK CONSTRAINT'] }, ofOrders],
    [
      'a table without privileges',
      { ...table, excludeKinds: ['FK CONSTRAINT', 'ACL'] },
      ofOrders.filter(({ description }) => description !== 'ACL'),
    ],
    ['only its data', { ...table, only: 'data' }, [ordersRows, customersRows, value]],
    ['only what comes after rows', { ...table, sections: ['post-data'] }, [key, foreignKey, index, trigger]],
    ['a view', { tables: ['totals'], withNeeds: true }, [view, viewComment, ...ofOrders, ...referred]],
    [
      'a table and a publication: its place in it',
      { ...table, tables: undefined as never, dumpIds: [orders.dumpId, publication.dumpId] },
      [publication, published, ...ofOrders, ...referred],
    ],
    ['a schema: itself too', { schemas: ['app'], withNeeds: true, kinds: ['SCHEMA'] }, [schema, onSchema]],
    [
      'a partition: what it is of, no others',
      { tables: ['events_1'], withNeeds: true },
      [partitioned, partition, attached, partitionRows, topIndex, partIndex, indexAttached],
    ],
    [
      'a partitioned table: its partitions, and theirs',
      { tables: ['events'], withNeeds: true },
      [
        partitioned,
        partition,
        sibling,
        below,
        attached,
        siblingAttached,
        belowAttached,
        partitionRows,
        topIndex,
        partIndex,
        indexAttached,
      ],
    ],
    [
      'a view of a partitioned table: with its partitions',
      { tables: ['latest'], withNeeds: true },
      [
        eventsView,
        partitioned,
        partition,
        sibling,
        below,
        attached,
        siblingAttached,
        belowAttached,
        partitionRows,
        topIndex,
        partIndex,
        indexAttached,
      ],
    ],
    ['large objects', { kinds: ['BLOB METADATA'], withNeeds: true }, [largeObject, largeObjects]],
  ]
  test.each(cases)('%s', (_, selection, expected) => expect(select(selection)).toEqual(inOrder(...expected)))

  test('of two tables whose names begin alike, each has its own constraints', () => {
    const [a, ab] = [entry('TABLE', 'a'), entry('TABLE', 'a b')]
    const refers = entry('FK CONSTRAINT', 'a b c', { ...post, ...on(a, ab) })
    const entries = [a, ab, refers]
    expect(names(selectEntries(entries, { tables: ['a'], withNeeds: true }))).toEqual(['TABLE a'])
    expect(selectEntries(entries, { tables: ['a b'], withNeeds: true })).toEqual(entries)
  })

  test.each(['EXCLUDE USING gist (room WITH =)', 'PRIMARY KEY (room, at WITHOUT OVERLAPS)'])(
    '%s, of which nobody knows what it compares by, brings all that it could be',
    (constraint) => {
      const extension = entry('EXTENSION', 'btree_gist', none)
      const rooms = entry('TABLE', 'rooms')
      const definition = `ALTER TABLE ONLY public.rooms\n    ADD CONSTRAINT c ${constraint};`
      const exclusion = entry('CONSTRAINT', 'rooms c', { ...post, definition, ...on(rooms) })
      const entries = [extension, entry('EXTENSION', 'other', none), rooms, exclusion]
      expect(selectEntries(entries, { tables: ['rooms'], withNeeds: true })).toEqual(entries)
      expect(selectEntries(entries.slice(0, 3), { tables: ['rooms'], withNeeds: true })).toEqual([rooms])
    },
  )

  test('circles do no harm, of dependencies or of partitions', () => {
    const [a, b] = [entry('TABLE', 'a'), entry('TABLE', 'b')]
    const circle = [
      { ...a, ...on(b, a) },
      { ...b, ...on(a) },
      entry('TABLE ATTACH', 'a', on(a, b)),
      entry('TABLE ATTACH', 'b', on(b, a)),
    ]
    expect(selectEntries(circle, { tables: ['a'], withNeeds: true })).toEqual(circle)
  })

  test('100,000 entries, each depending on the one before', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) =>
      entry('VIEW', `v${at}`, { dumpId: at + 1, dependencies: [at] }),
    )
    expect(selectEntries(chain, { tables: ['v99999'], withNeeds: true })).toHaveLength(100_000)
  })
})

test('an entry without kind or name is in no selection by name', () => {
  const nameless = entry('TABLE', 'x', { tag: undefined, description: undefined })
  expect(selectEntries([nameless], { tables: ['x'] })).toEqual([])
  expect(selectEntries([nameless], { withNeeds: true })).toEqual([nameless])
})
