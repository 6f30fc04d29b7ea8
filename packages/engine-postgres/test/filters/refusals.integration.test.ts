import { readFile } from 'node:fs/promises'
import { type FilterInput, isPgarkError, type Problem, type Selection, sql } from '@pgark/core'
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

/** What filters are refused with; they must be refused, and the transaction be as before. */
const refusals = (filters: Record<string, FilterInput>, selection: Selection = {}): Promise<Problem[]> =>
  inSnapshot(server, 'shop', async ({ client, resolve }) => {
    const error = await resolve(filters, { selection }).catch((reason: unknown) => reason)
    expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: '""' }])
    if (!isPgarkError(error) || error.code !== 'USAGE.FILTER') throw error
    return error.meta.problems as Problem[]
  })

const where = (text: string) => ({ text: [text], parts: [] })
const keys = (text: string, ...values: unknown[]) => ({ text, values })

describe('a filter of one table', () => {
  test.each<[FilterInput, string, string?]>([
    [where('pricee > 5'), 'column "pricee" does not exist', 'did you mean price'],
    [where('orders.pricee > 5'), 'column orders.pricee does not exist', 'did you mean price'],
    [where('id IN (SELECT id FROM "Orders")'), 'relation "Orders" does not exist', 'write "Old Shop"."Orders"'],
    [where('id IN (SELECT order_id FROM linse)'), 'relation "linse" does not exist', 'did you mean'],
    [where('is_old(id)'), 'function is_old(integer) does not exist', 'write "Old Shop".is_old'],
    [where('id'), 'argument of WHERE must be type boolean'],
    [where('price > placed'), 'operator does not exist'],
    [where('id = 1 AND'), 'syntax error at )'],
    [where('id FORM 1'), 'syntax error at FORM'],
    [where('count(*) > 1'), 'aggregate functions are not allowed in WHERE'],
    [
      sql`id = ${'secret'}`,
      'A value or literal is not accepted for what it stands for (SQLSTATE 22P02)',
      'compare its type',
    ],
    [where("id = 'secret'"), 'A value or literal is not accepted'],
    [sql`id IN (SELECT ${'secret'}::regclass::oid::int)`, 'A value or literal is not accepted'],
    [sql`id IN ${['secret']}`, 'syntax error at a value or literal', '= ANY (…)'],
    [where('id = 1; DELETE FROM orders'), 'more than one statement'],
    [where('id = 1) OR (true'), 'closes a parenthesis that it did not open'],
    [where('(id = 1'), 'opens a parenthesis'],
    [where("note = 'open"), 'ends within a literal'],
    [where('id = 1 /* open'), 'ends within a literal, a quoted name or a comment'],
    [where('  -- nothing'), 'Its SQL is empty'],
    [where("note = 'a\0b'"), 'NUL'],
    [sql`state = ${'a\0b'}`, 'NUL'],
    [where('id = $1'), '$1 stands in its text, and is no value'],
    [{ text: ["state = '", "'"], parts: [{ kind: 'value', value: 'x' }] }, 'within a literal'],
    [{ text: ["state = '", "'"], parts: [{ kind: 'identifier', names: ["x' OR 'y"] }] }, 'within a literal'],
    [{ text: ['id = 1'], parts: [{ kind: 'value', value: 1 }] }, 'malformed'],
    [sql`price > ${1}and true`, 'touches a word'],
    [sql`email = 'a' ${'b'}`, 'directly beside a literal'],
    [{ text: ['id = ', ''], parts: [{ kind: 'value', value: [1, undefined] }] }, 'has at [1] what is undefined'],
    [sql`id = ANY (${new Set([1])})`, 'A value is none that a database has'],
    [where('random() < 0.5'), 'It calls random(): volatile', 'use sample(percent, { seed })'],
    [where('pg_catalog.clock_timestamp() > placed'), 'clock_timestamp(): volatile', 'use now()'],
    [where('mark(id)'), 'It calls mark(): volatile', 'declare mark STABLE'],
    [where("nextval('counter') > 0"), 'nextval(): volatile', 'do without nextval'],
    [where('id IN (WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone)'), 'data-modifying'],
    [where('id IN (DELETE FROM orders RETURNING id)'), 'syntax error at'],
    ['DELETE FROM orders', 'It is no SELECT'],
    ['', 'It is no SELECT'],
    ['WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone', 'data-modifying'],
    ['SELECT * FROM orders FOR UPDATE', 'read-only transaction'],
    ['SELECT * FROM orders; SELECT * FROM orders', 'more than one statement'],
    ['SELECT id, price FROM orders', 'the query lacks customer_id, state, placed'],
    ['SELECT *, 1 AS extra, id FROM orders', 'has too many: extra, id', 'SELECT orders.*'],
    [
      "SELECT id, customer_id, state, price, placed + interval '1 day' AS placed FROM orders",
      'takes placed not from the table',
    ],
    ['SELECT customer_id AS id, id AS customer_id, state, price, placed FROM orders', 'takes id, customer_id not from'],
    ['SELECT * FROM recent', 'not from the table'],
    ['SELECT * FROM ordres', 'relation "ordres" does not exist', 'did you mean'],
    ['SELECT * FROM orders WHERE id = $1', 'It has no value for $1'],
    [keys('SELECT id FROM orders WHERE id = $2', 1, 2), 'Its value 1 is not used'],
    [keys('SELECT id FROM orders WHERE id = $2', 1), 'It has no value for $2'],
    [keys('SELECT id, price FROM orders'), 'select the primary key (id), it selects 2 columns'],
    [keys('SELECT state FROM orders'), 'select the primary key (id), it selects (state)'],
    [keys('UPDATE orders SET id = 1 RETURNING id'), 'It is no SELECT'],
    [
      { specVersion: 1, name: 'mine', where: (_, { column }) => sql`${column('pricee').name}` },
      'shop.orders has no column pricee',
      'did you mean price',
    ],
    [{ specVersion: 1, name: 'mine', where: () => undefined as never }, 'Its where() answered no SQL'],
    [
      { specVersion: 1, name: 'mine', where: () => Promise.reject(new TypeError('broken')) },
      'Its where() failed: broken',
    ],
  ])('%j', async (filter, message, hint) => {
    const [problem, ...others] = await refusals({ orders: filter })
    expect(others).toEqual([])
    expect(problem?.message).toContain(message)
    expect(problem?.message).toMatch(/^The filter (sql|query|mine) for orders: /)
    expect(problem?.hint ?? '').toContain(hint ?? '')
    expect(JSON.stringify(problem)).not.toContain('secret')
  })

  test('without a primary key has no query for keys', async () => {
    const [problem] = await refusals({ notes: keys('SELECT id FROM notes') })
    expect(problem?.message).toContain('which the table has not')
  })

  // It says that it is STABLE, so that only the server stops it, when rows are read.
  test('a function that writes all the same is stopped by the transaction', async () => {
    await inSnapshot(server, 'shop', async ({ resolve }) => {
      const { chosen } = await resolve({ orders: sql`sly(id)` })
      await expect(chosen('shop.orders')).rejects.toMatchObject({ code: '25006' })
    })
    expect((await server.query('SELECT FROM shop.marks', 'shop')).rowCount).toBe(0)
  })
})

describe('a table that has no filter', () => {
  test.each<[string, string, string, Selection?]>([
    ['ordres', 'Nothing matches the pattern ordres of filters', 'did you mean orders'],
    ['Orders_vieww', 'Nothing matches', ''],
    ['a.b.c', 'too many dots', 'quote'],
    ['boxes', 'archive.boxes, attic.boxes', 'archive.boxes or attic.boxes'],
    ['letters', 'Nothing matches', '', { schemas: ['shop'] }],
    ['postcards', 'archive.postcards is a view', 'filter the tables that have the rows'],
    ['leters', 'Nothing matches', 'did you mean archive.letters,'],
    ['"Ordesr"', 'Nothing matches', '"Old Shop"."Orders"'],
    ['recent', 'shop.recent is a view', 'filter the tables that have the rows'],
    ['totals', 'shop.totals is a materialised view', 'filter the tables'],
    ['remote', 'shop.remote is a foreign table', 'filter the tables'],
    ['counter', 'shop.counter is a sequence', 'filter the tables'],
    ['orders', 'shop.orders is not in the backup', 'select it', { excludeTables: ['orders'] }],
    ['orders', 'shop.orders is not in the backup', 'select it', { tables: ['customers'] }],
    ['orders', 'without its rows', 'excludeTableData', { excludeTableData: ['orders'] }],
    ['orders', 'without its rows', 'schemaOnly', { schemaOnly: true }],
    ['events', 'without its rows', 'unselected partitions', { tables: ['events'] }],
  ])('%s: %s', async (key, message, hint, selection) => {
    const [problem, ...others] = await refusals({ [key]: sql`true` }, selection)
    expect(others).toEqual([])
    expect(problem?.message).toContain(message)
    expect(problem?.hint ?? '').toContain(hint)
  })

  test.each([
    [['orders', 'shop.orders'], 'shop.orders: orders and shop.orders'],
    [['shop.o*', 'orders'], 'shop.orders: shop.o* and orders'],
    [['events', 'events_2026_a'], 'shop.events_2026_a: events and events_2026_a'],
    [['events_2026_a', 'events'], 'shop.events: events_2026_a and events'],
  ])('two filters: %j', async (names, message) => {
    const problems = await refusals(Object.fromEntries(names.map((name) => [name, sql`true`])))
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)])
  })
})

test('a table of the selection that the search_path does not find is suggested as it is to be typed', async () => {
  await inSnapshot(server, 'shop', async ({ resolve }) => {
    const suggested = async (selection: Selection) => {
      const error = await resolve({}, { selection }).catch((reason: unknown) => reason)
      return isPgarkError(error) ? error.hint : undefined
    }
    expect(await suggested({ tables: ['letters'] })).toMatch(/^did you mean archive\.letters\b/)
    expect(await suggested({ tables: ['Orders'], schemas: ['Old Shop'] })).toMatch(/"Old Shop"/)
    expect(await suggested({ excludeTables: ['ordres'] })).toMatch(/^did you mean orders\b/)
  })
})

test('everything that is wrong is told at once, each with its table and name', async () => {
  const problems = await refusals({
    recent: sql`true`,
    orders: sql`pricee > 5`,
    customers: 'SELECT id FROM customers',
    'shop.lines': sql`line = 1`,
    notes: sql`now() > 3`,
  })
  expect(problems.map(({ message }) => message.split(/[:(]/)[0])).toEqual([
    'The filter for recent',
    'The filter sql for orders',
    'The filter query for customers',
    'The filter sql for notes',
  ])
})
