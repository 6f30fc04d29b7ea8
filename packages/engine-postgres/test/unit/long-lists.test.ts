import { createHash } from 'node:crypto'
import pg from 'pg'
import { expect, test } from 'vitest'
import { recordFilter } from '../../src/filters/record-filter.ts'
import { valueText } from '../../src/filters/value-text.ts'

// What is made piece by piece is what would be made at once.

const items = [7, 'a"b\\c,{}', null, '', 'ä😀', true, new Date(0), Buffer.from([0, 255]), [1, [2]], { json: '"' }]
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string } }).utils

test.each([0, 1, 999, 1000, 1001, 1999, 2000, 2001, 3456])(
  'a list of %i items has the text that pg gives it',
  (length) => {
    const list = Array.from({ length }, (_, at) => items[at % items.length])
    expect(valueText(list)).toBe(prepareValue(list))
  },
)

test.each([
  [[]],
  [['']],
  [[null, 'one', null]],
  [['"\\\n\u2028'.repeat(30_000), 'x']],
  // A pair of surrogates at every place that a piece could end at.
  ...[65_533, 65_534, 65_535, 65_536].map((length): [(string | null)[]] => [
    ['x'.repeat(length) + '😀'.repeat(70_000)],
  ]),
])('the hash of values is that of their JSON (%#)', (values) => {
  const { valuesSha256 } = recordFilter({ name: 'any', sql: '', values }, false)
  expect(valuesSha256).toBe(createHash('sha256').update(JSON.stringify(values)).digest('hex'))
})
