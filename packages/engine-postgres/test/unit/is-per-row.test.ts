import { describe, expect, test } from 'vitest'
import { isPerRow } from '../../src/filters/is-per-row.ts'

describe('rows can be found in parts of a table', () => {
  test.each([
    'id > 5',
    "note = 'select 1 from t'",
    '"select" > 1 AND extract(year FROM at) = 2026 AND a IS DISTINCT FROM b',
    'id IN (SELECT unnest($1::int[]))',
    'id = 1 -- select from',
    '"table" = \'table\'',
  ])('for %s', (condition) => expect(isPerRow(condition)).toBe(true))

  test.each([
    'id IN (SELECT id FROM t ORDER BY note LIMIT 5)',
    'id IN (select id from t)',
    'EXISTS (TABLE kept)',
    '(SELECT count(*) FROM t AS t2 WHERE t2.id < t.id) < 10',
  ])('not for %s', (condition) => expect(isPerRow(condition)).toBe(false))
})
