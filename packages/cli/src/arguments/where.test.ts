import { expect, test } from 'vitest'
import { whereOf, whereProblems } from './where.ts'

test.each([
  ['orders: total > 100', 'orders', 'total > 100'],
  ['shop.orders:created_at::date > now()', 'shop.orders', 'created_at::date > now()'],
  [`"my:shop"."a""b:c" : note = 'x: y'`, '"my:shop"."a""b:c"', "note = 'x: y'"],
  ['a*:\n  id > 1\n', 'a*', 'id > 1'],
])('%s', (text, table, condition) => expect(whereOf(text)).toEqual({ table, condition }))

test.each(['', 'orders', 'created_at::date > now()', ': id > 1', 'orders:', 'orders:  ', '"orders: id > 1'])(
  'no table and condition: %s',
  (text) => {
    expect(whereOf(text)).toBeUndefined()
    expect([...whereProblems([text])]).toMatchObject([{ message: `Expected --where 'table: condition', got ${text}.` }])
  },
)

test('a table has one', () => {
  expect([...whereProblems(['a: x', 'b: x', ' a : y'])]).toEqual([
    { message: '--where a is given twice.', hint: 'join both conditions with AND, or with OR' },
  ])
})
