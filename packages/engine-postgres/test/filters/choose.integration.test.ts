import { readFile } from 'node:fs/promises'
import { type Filter, type FilterInput, ident, sql } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSnapshot } from './resolving.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(await readFile(new URL('shop.sql', import.meta.url), 'utf8'), 'shop')
})
afterAll(() => server.stop())

/** What a filter chooses of a table, by its one column. */
const choose = (key: string, filter: Parameters<typeof resolveOne>[1], table = key, column = 'id') =>
  resolveOne(key, filter, table, column)

const resolveOne = (key: string, filter: Filter | string | { text: unknown }, table: string, column: string) =>
  inSnapshot(server, 'shop', async ({ resolve }) => (await resolve({ [key]: filter as Filter })).chosen(table, column))

describe('a table without its schema', () => {
  test('is the one that the search_path finds, otherwise the one in the backup', async () => {
    expect(await choose('letters', sql`id > 1`, 'archive.letters')).toEqual(['2', '3'])
  })
})

describe('types of extensions', () => {
  beforeAll(async () => {
    await server.createDatabase('typed')
    await server.query(
      `CREATE SCHEMA "My types"; CREATE EXTENSION citext SCHEMA "My types";
       CREATE TABLE account (id int PRIMARY KEY, email "My types".citext NOT NULL);
       INSERT INTO account VALUES (1, 'Ann@x.org'), (2, 'bob@x.org');
       CREATE TABLE watched (id int PRIMARY KEY, email "My types".citext, what regclass);
       CREATE TABLE drift (id int PRIMARY KEY, code int UNIQUE)`,
      'typed',
    )
  })
  const chosen = (filter: FilterInput) =>
    inSnapshot(server, 'typed', async ({ resolve }) => (await resolve({ account: filter })).chosen('public.account'))

  test('are compared as they compare, wherever the extension is', async () => {
    const email = 'ann@X.org'
    expect(await chosen(sql`email = ${email}`)).toEqual(['1'])
    expect(await chosen(sql`email <> ${email}`)).toEqual(['2'])
    expect(await chosen({ text: 'SELECT id FROM public.account WHERE email = $1', values: [email] })).toEqual(['1'])
  })

  test('whose operators cannot be found are refused, and not taken for text', async () => {
    const refused = inSnapshot(server, 'typed', ({ resolve }) => resolve({ watched: sql`email = 'x'` }))
    await expect(refused).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('of a type of an extension'),
    })
  })

  test('a query for another column of the table than its key is refused', async () => {
    const query = { text: 'SELECT code FROM public.drift WHERE code < $1', values: [5] }
    const refused = inSnapshot(server, 'typed', ({ resolve }) => resolve({ drift: query }))
    await expect(refused).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('Expected the query to select the primary key (id), it selects (code).'),
    })
  })
})

describe('a condition', () => {
  test('with names, values and other SQL', async () => {
    const cheap = sql`${ident('price')} <= ${40}`
    const states = ['open', 'paid']
    expect(await choose('shop.orders', sql`${cheap} AND ${ident('state')} = ANY (${states})`)).toEqual(['1', '3', '4'])
  })

  test('may look into other tables of the same schema without naming it, and knows its own table by name', async () => {
    const inNewZealand = sql`EXISTS (SELECT FROM customers WHERE customers.id = orders.customer_id AND country = ${'NZ'})`
    expect(await choose('shop.orders', inNewZealand)).toEqual(['2', '3', '5', '6', '8', '9', '11', '12'])
  })

  test('that ends in a comment', async () => {
    expect(await choose('shop.orders', sql`id = 3 -- the third`)).toEqual(['3'])
  })

  test('of a filter that is asked with its table', async () => {
    const asked: unknown[] = []
    const filter: Filter = {
      specVersion: 1,
      name: 'even',
      where: async (table, context) => {
        asked.push(table, context.column('price'), context.serverVersion)
        return sql`${ident(context.column('id').name)} % 2 = 0`
      },
    }
    expect(await choose('shop.orders', filter)).toEqual(['2', '4', '6', '8', '10', '12'])
    expect(asked).toEqual([
      expect.objectContaining({ schema: 'shop', name: 'orders', primaryKey: ['id'], isPartitioned: false }),
      { name: 'price', type: 'numeric(10,2)', notNull: false, isGenerated: false },
      expect.stringMatching(/^17\./),
    ])
  })

  test('names that need quotes', async () => {
    expect(await choose('"Old Shop"."Orders"', sql`${ident('select')} = ${'b'}`)).toEqual(['2'])
  })

  test('now() is the same instant for every connection', async () => {
    await inSnapshot(server, 'shop', async ({ client, resolve }) => {
      const { rows } = await client.query('SELECT now()::text AS now')
      const { filters } = await resolve({ orders: sql`placed > now() - interval '1 day'` })
      const [filter] = filters.values()
      expect(filter?.condition).toBe(`placed >  '${rows[0].now}'::pg_catalog.timestamptz - interval '1 day'`)
    })
  })
})

describe('a whole SELECT', () => {
  test.each([
    ['with all columns', 'SELECT * FROM orders WHERE price > 100;'],
    [
      'without generated columns, in another order',
      'SELECT placed, price, id, state, customer_id FROM orders WHERE price > 100',
    ],
    ['with other tables', 'SELECT o.* FROM orders o JOIN lines l ON l.order_id = o.id - 10'],
    ['of several parts', 'WITH dear AS (SELECT * FROM shop.orders WHERE price > 100) SELECT * FROM dear'],
    ['with an order and a limit', '(SELECT * FROM orders ORDER BY placed DESC LIMIT 2) -- newest'],
  ])('%s', async (_, query) => {
    expect(await choose('shop.orders', query)).toEqual(['11', '12'])
  })

  test('chooses equal rows of a table without a key together, whatever their types', async () => {
    expect(await choose('shop.notes', 'SELECT * FROM notes WHERE body IS NOT NULL')).toEqual(['1', '1', '3'])
  })

  test("never chooses a child's rows for those of its parent", async () => {
    expect(await choose('shop.parents', 'SELECT * FROM parents WHERE id <> 2')).toEqual(['1'])
  })
})

describe('a query for primary keys', () => {
  test('with values', async () => {
    expect(
      await choose('shop.orders', {
        text: 'SELECT o.id FROM "shop"."orders" AS o WHERE o.price > $2 AND o.price < $1',
        values: [60, '40'],
      } as never),
    ).toEqual(['5'])
  })

  test('of several columns', async () => {
    const query = { text: 'SELECT order_id, line FROM shop.lines WHERE order_id = $1;', values: [3n] }
    expect(await choose('shop.lines', query as never, 'shop.lines', 'note')).toEqual(['line 1', 'line 2'])
  })

  test('of several columns, which it has by their names in another order', async () => {
    const text = 'SELECT l.line, l.order_id AS "order_id" FROM shop.lines l WHERE line = $1 AND order_id = $2'
    const query = { text, values: [1, 2] }
    expect(await choose('shop.lines', query as never, 'shop.lines', 'note')).toEqual(['line 1'])
  })

  test('of several columns, of which it says which they are', async () => {
    const text = 'SELECT line AS a, order_id AS b FROM shop.lines WHERE line = $1 AND order_id = $2'
    const query = { text, values: [1, 2], key: ['line', 'order_id'] }
    expect(await choose('shop.lines', query as never, 'shop.lines', 'note')).toEqual(['line 1'])
    const other = choose('shop.lines', { ...query, key: ['line', 'note'] } as never, 'shop.lines', 'note')
    await expect(other).rejects.toThrow('the primary key (order_id, line), it selects (line, note).')
  })
})

describe('tables', () => {
  test('a key without a schema is found by the search_path, a pattern stands for several', async () => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const { chosen } = await resolve({ orders: sql`id = 1`, 'shop.c?s*mers': sql`id = 2`, 'shop.li*': sql`line = 1` })
      expect(await chosen('shop.orders')).toEqual(['1'])
      expect(await chosen('shop.customers')).toEqual(['2'])
      expect(await chosen('shop.lines', 'order_id')).toEqual(['1', '2', '3', '4'])
    })
  })

  test("a partitioned table's filter is that of its partitions, which it knows under its own name", async () => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const { filters, findings, chosen } = await resolve({ 'shop.events*': sql`events.id IN (1, 4, 5)` })
      expect(filters.size).toBe(3)
      expect(await chosen('shop.events_2025')).toEqual(['1'])
      expect(await chosen('shop.events_2026_a')).toEqual(['5'])
      expect(await chosen('shop.events_2026_b')).toEqual(['4'])
      expect(findings).toMatchObject([{ severity: 'info', code: 'FILTER.PARTITIONS' }])
      expect(findings[0]?.message).toContain('3 partitions')
    })
  })

  test.each([
    ['SELECT * FROM events WHERE id > 3'],
    [{ text: 'SELECT id, at, kind FROM events WHERE id > $1', values: [3] }],
  ])('a query over a partitioned table is for all partitions: %j', async (query) => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const { chosen } = await resolve({ events: query })
      expect(await chosen('shop.events_2025')).toEqual([])
      expect(await chosen('shop.events_2026_a')).toEqual(['5'])
      expect(await chosen('shop.events_2026_b')).toEqual(['4'])
    })
  })

  test('child tables are told that have no filter of their own', async () => {
    const told = (filters: Record<string, FilterInput>) =>
      inSnapshot(server, 'shop', async ({ resolve }) => (await resolve(filters)).findings)
    expect(await told({ parents: sql`id = 1` })).toMatchObject([
      {
        ...{ severity: 'warning', code: 'FILTER.CHILDREN' },
        message:
          "shop.parents has the child table shop.children, which is not filtered: a filter is for a table's own rows.",
      },
    ])
    expect(await told({ parents: sql`id = 1`, children: sql`id = 1` })).toEqual([])
  })

  test('in a table with names of other objects in its rows names must be qualified', async () => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const qualified = sql`id IN (SELECT id FROM shop.orders)`
      expect(await (await resolve({ watched: qualified })).chosen('shop.watched')).toEqual(['1', '2'])
      await expect(resolve({ watched: sql`id IN (SELECT id FROM orders)` })).rejects.toMatchObject({
        code: 'USAGE.FILTER',
        hint: 'write shop.orders',
      })
    })
  })
})

describe('what is recorded', () => {
  const filter = sql`state = ANY (${['paid']}) AND price > ${12.5} AND customer_id IS DISTINCT FROM ${null}`
  const expected = {
    name: 'sql',
    sql: 'state = ANY ($1) AND price > $2 AND customer_id IS DISTINCT FROM $3',
    valueCount: 3,
    // printf '%s' '["{\"paid\"}","12.5",null]' | sha256sum
    valuesSha256: 'b14b33cb2e48e7caebbcef5e864bfce39e6194574f116c832b881fb58840df2d',
  }
  test('the SQL, how many values there are, and their hash; the values on request', async () => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const [one] = (await resolve({ orders: filter })).filters.values()
      expect(one?.recorded).toEqual(expected)
      const [other] = (await resolve({ orders: filter }, { filterValues: true })).filters.values()
      expect(other?.recorded).toEqual({ ...expected, values: ['{"paid"}', '12.5', null] })
    })
  })
})
