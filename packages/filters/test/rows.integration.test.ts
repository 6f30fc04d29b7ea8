import { type Filter, ident, isPgarkError, sql } from '@pgark/core'
import { type Major, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSnapshot } from '../../engine-postgres/test/filters/resolving.ts'
import {
  and,
  custom,
  dateRange,
  equals,
  foreignKey,
  isNull,
  like,
  limit,
  not,
  oneOf,
  or,
  sample,
  since,
  status,
} from '../src/index.ts'

const tables = `
  CREATE TYPE state AS ENUM ('open', 'paid', 'shipped');
  CREATE TABLE orders (
    id int PRIMARY KEY, customer_id bigint, code varchar(3), fixed char(5), state state, note text,
    at timestamptz, local timestamp, day date, "Odd ""name""" int);
  INSERT INTO orders VALUES
    (1, 10, 'abc', 'abcde', 'open', 'first', '2025-12-31 22:59:59.999+00', '2025-12-31 23:59:59.999', '2025-12-31', 1),
    (2, 20, 'abd', 'ab', 'paid', NULL, '2025-12-31 23:00+00', '2026-01-01 00:00', '2026-01-01', 2),
    (3, NULL, NULL, NULL, NULL, '50%', '2026-01-31 12:00+00', '2026-01-31 13:00', '2026-01-31', NULL),
    (4, 10, 'x', 'x', 'shipped', 'last', '2026-01-31 23:00+00', '2026-02-01 00:00', '2026-02-01', 4);
  CREATE TABLE recent (id int PRIMARY KEY, at timestamptz, local timestamp, day date);
  INSERT INTO recent SELECT i, now() - i * interval '1 day', (now() AT TIME ZONE 'UTC') - i * interval '1 day',
    (now() AT TIME ZONE 'UTC')::date - i FROM generate_series(0, 60) i;
  CREATE TABLE many (id int PRIMARY KEY, parent int, note text);
  INSERT INTO many SELECT i, i % 1000, md5(i::text) FROM generate_series(1, 20000) i;
  CREATE TABLE keyless (id int, note text, twice text GENERATED ALWAYS AS (note || note) STORED);
  INSERT INTO keyless SELECT i % 100, 'n' || i % 100 FROM generate_series(1, 1000) i;
  CREATE TABLE parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO parts SELECT i, '2025-12-27'::date + i FROM generate_series(0, 9) i;
  ANALYZE`

describe.each<[Major]>([[13], [18]])('PostgreSQL %i', (major) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(major)
    await server.createDatabase('shop')
    await server.query(tables, 'shop')
  })
  afterAll(() => server.stop())

  const chosen = (table: string, filter: Filter, holder = table) =>
    inSnapshot(server, 'shop', async ({ resolve }) =>
      (await (await resolve({ [table]: filter })).chosen(`public.${holder}`))
        .map(Number)
        .sort((one, other) => one - other),
    )
  /** What the server plans for a table with a filter. */
  const planOf = (table: string, filter: Filter) =>
    inSnapshot(server, 'shop', async ({ client, resolve }) => {
      const [found] = (await resolve({ [table]: filter })).filters.values()
      const { rows } = await client.query(`EXPLAIN SELECT FROM ONLY public.${table} WHERE (${found?.condition})`)
      return rows.map((row) =>
        row['QUERY PLAN']
          .replace(/\(cost.*/, '')
          .replace(/^[ >-]*/, '')
          .trim(),
      )
    })

  test.each<[string, Filter, number[]]>([
    ['equals', equals('state', 'paid'), [2]],
    ['equals a number given as text', equals('customer_id', '10'), [1, 4]],
    ['equals what is longer than the column', equals('code', 'abcd'), []],
    ['equals with a name that needs quotes', equals('Odd "name"', 4), [4]],
    ['oneOf', oneOf('code', ['abc', 'x', "it's"]), [1, 4]],
    ['status', status('state', ['open', 'shipped']), [1, 4]],
    ['like', like('code', 'ab_'), [1, 2]],
    ['like with an escaped percent', like('note', '%\\%'), [3]],
    ['isNull', isNull('note'), [2]],
    ['not isNull', not(isNull('note')), [1, 3, 4]],
    ['foreignKey', foreignKey('customer_id', [20, 10n, '30']), [1, 2, 4]],
    ['foreignKey cuts nothing off', foreignKey('code', ['abcd', 'x']), [4]],
    ['foreignKey of padded text', foreignKey('fixed', ['ab', 'abcdefg']), [2]],
    ['foreignKey of an enum', foreignKey('state', ['paid']), [2]],
    ['not foreignKey', not(foreignKey('customer_id', [20])), [1, 4]],
    ['custom', custom(sql`${ident('id')} > ${2} -- and so on`), [3, 4]],
    ['and', and(custom(sql`id > 1 -- the first`), sql`id < ${4}`), [2, 3]],
    [
      'or within and within not',
      not(and(or(equals('id', 1), equals('id', 2)), or(equals('id', 2), equals('id', 3)))),
      [1, 3, 4],
    ],
    ['a single one', and(or(and(equals('id', 3)))), [3]],
    ['and is no or', and(sql`id = 1 OR id = 2`, sql`id = 2 OR id = 3`), [2]],
    ['limit', limit(2), [1, 2]],
    ['limit by an order', limit(2, { orderBy: { column: 'at', descending: true } }), [3, 4]],
    ['limit with NULL last', limit(2, { orderBy: [{ column: 'customer_id', descending: true }] }), [1, 2]],
    ['limit with a second column', limit(2, { orderBy: ['customer_id', { column: 'at', descending: true }] }), [1, 4]],
    ['limit of which others choose', and(limit(2), equals('state', 'paid')), [2]],
    [
      'dateRange of a timestamptz in a zone',
      dateRange('at', '2026-01-01', '2026-02-01', { timeZone: 'Europe/Berlin' }),
      [2, 3],
    ],
    ['dateRange of a timestamptz with a zone', dateRange('at', '2026-01-01T00:00+01:00', '2026-01-31T23:00Z'), [2, 3]],
    ['dateRange of Dates', dateRange('at', new Date('2025-12-31T23:00Z'), new Date('2026-01-31T12:00Z')), [2]],
    ['dateRange with its end', dateRange('at', '2025-12-31T23:00Z', '2026-01-31T12:00Z', { inclusive: true }), [2, 3]],
    [
      'dateRange with its last day',
      dateRange('at', '2026-01-01', '2026-01-31', { inclusive: true, timeZone: 'Europe/Berlin' }),
      [2, 3],
    ],
    ['dateRange of a timestamp', dateRange('local', '2026-01-01', '2026-02-01'), [2, 3]],
    [
      'dateRange of a timestamp with a zone',
      dateRange('local', '2025-12-31T23:00Z', '2026-01-31T23:00Z', { timeZone: 'Europe/Berlin' }),
      [2, 3],
    ],
    ['dateRange of a date', dateRange('day', '2026-01-01', '2026-01-31'), [2]],
    [
      'dateRange of a date with its last day',
      dateRange('day', '2026-01-01', '2026-01-31', { inclusive: true }),
      [2, 3],
    ],
  ])('%s', async (_, filter, expected) => {
    expect(await chosen('orders', filter)).toEqual(expected)
  })

  test.each<[string, Filter, string, string]>([
    ['a day of nobody', dateRange('at', '2026-01-01', '2026-02-01'), 'a date without a time zone is none', 'timeZone'],
    [
      'a point among times',
      dateRange('local', '2026-01-01T00:00Z', '2026-02-01T00:00Z'),
      'times without a zone',
      'timeZone',
    ],
    ['a time among days', dateRange('day', '2026-01-01 12:00', '2026-02-01'), 'days without times', '2026-01-01'],
    ['a number', dateRange('id', '2026-01-01', '2026-02-01'), 'of type integer', 'custom'],
    ['a number', since('id', '1 day'), 'of type integer', 'custom'],
    ['an unknown column', and(not(isNull('stat'))), 'has no column stat', 'state'],
    ['an unknown column', limit(1, { orderBy: 'when' }), 'has no column when', ''],
    ['a value of another type', equals('id', 'secret'), 'not accepted', 'type'],
    [
      'a filter that answers nothing',
      or({ specVersion: 1, name: 'mine', where: () => undefined as never }),
      'mine answered no SQL',
      '',
    ],
  ])('refused: %s', async (_, filter, message, hint) => {
    const error = await chosen('orders', filter).catch((reason: unknown) => reason)
    if (!isPgarkError(error) || error.code !== 'USAGE.FILTER') throw error
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('secret')
    expect(error.hint ?? '').toContain(hint)
  })

  test.each([
    ['at', '30 days 12 hours'],
    ['local', '30 days 12 hours'],
    ['day', '30 days'],
  ])('since counts back from now by the server: %s', async (column, duration) => {
    // Made by the server's clock as well, and half a day away from the limit, whenever this runs.
    const expected = Array.from({ length: 31 }, (_, index) => index)
    expect(await chosen('recent', since(column, duration))).toEqual(expected)
    expect(await chosen('recent', not(since(column, duration)))).toEqual(expected.slice(1).map((id) => id + 30))
  })

  test('a sample is about as large as asked for, the same each time, and another one with another seed', async () => {
    const [one, again, other, larger] = await Promise.all(
      [sample(5, { seed: 42 }), sample(5, { seed: 42 }), sample(5, { seed: 43 }), sample(20, { seed: 42 })].map(
        (filter) => chosen('many', filter),
      ),
    )
    expect(again).toEqual(one)
    expect(other).not.toEqual(one)
    // 1,000 expected; a standard deviation is 31.
    expect(Math.abs((one?.length ?? 0) - 1000)).toBeLessThan(200)
    expect(larger).toEqual(expect.arrayContaining(one ?? []))
    expect(await chosen('many', sample(100))).toHaveLength(20_000)
  })

  test('of a table without a key equal rows are chosen all or not', async () => {
    const rows = await chosen('keyless', sample(30))
    const counts = [...Map.groupBy(rows, (id) => id).values()].map(({ length }) => length)
    expect(counts.length).toBeGreaterThan(10)
    expect(new Set(counts)).toEqual(new Set([10]))
    expect(await chosen('keyless', limit(25, { orderBy: 'id' }))).toEqual([
      ...Array(10).fill(0),
      ...Array(10).fill(1),
      ...Array(5).fill(2),
    ])
  })

  test('a limit counts the rows of all partitions together', async () => {
    const newest = limit(7, { orderBy: { column: 'at', descending: true } })
    expect(await chosen('parts', newest, 'parts_1')).toEqual([3, 4])
    expect(await chosen('parts', newest, 'parts_2')).toEqual([5, 6, 7, 8, 9])
  })

  test('a long list of keys is hashed once', async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => index * 7)
    const plan = await planOf('many', foreignKey('parent', keys))
    expect(plan.join('\n')).toMatch(/Hash (Semi |Right Semi )?Join[\s\S]*Hash Cond/)
    expect(plan.join('\n')).not.toMatch(/Nested Loop|SubPlan/)
    const expected = Array.from({ length: 20_000 }, (_, index) => index + 1).filter((id) => (id % 1000) % 7 === 0)
    expect(await chosen('many', foreignKey('parent', keys))).toEqual(expected)
  })

  test('1,000,000 keys', async () => {
    const keys = Array.from({ length: 1_000_000 }, (_, index) => index + 500)
    expect(await chosen('many', foreignKey('id', keys))).toHaveLength(19_501)
  })
})
