import { expect, test } from 'vitest'
import { withOneInstant } from '../../src/filters/one-instant.ts'

const now = '2026-11-22 08:41:08.5+00'
const instant = `'${now}'::pg_catalog.timestamptz`

test.each([
  ['at > now()', `at >  ${instant}`],
  ['at > NOW ( ) - x', `at >  ${instant} - x`],
  ['pg_catalog.now()', ` ${instant}`],
  ['"pg_catalog" . transaction_timestamp()', ` ${instant}`],
  ['statement_timestamp()', ` ${instant}`],
  ['current_timestamp(0)', ` ${instant}(0)`],
  ['CURRENT_DATE - 7', ` ${instant}::pg_catalog.date - 7`],
  ['localtimestamp', ` ${instant}::pg_catalog.timestamp`],
  ['current_time < localtime', ` ${instant}::pg_catalog.timetz <  ${instant}::pg_catalog.time`],
  ['u&now()', `u& ${instant}`],
])('%s', (sql, expected) => {
  expect(withOneInstant(sql, now)).toBe(expected)
})

test.each([
  ["note = 'now()'"],
  ['"current_date" > 5'],
  ['orders.current_date > 5'],
  ['shop.now()'],
  ['now(1)'],
  ['now > 5'],
  ['id IN (SELECT 1 AS current_date)'],
  ['true -- now()'],
  ['$q$ now() $q$ = note'],
])('%s is something else', (sql) => {
  expect(withOneInstant(sql, now)).toBe(sql)
})
