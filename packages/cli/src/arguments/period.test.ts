import { expect, test } from 'vitest'
import { periodMs } from './period.ts'

const hour = 3_600_000

test.each([
  ['1h', 1],
  ['24h', 24],
  ['30d', 30 * 24],
  ['8w', 8 * 7 * 24],
  ['1y', 365 * 24],
  ['1y2w3d4h', (365 + 14 + 3) * 24 + 4],
])('%s', (text, hours) => expect(periodMs(text)).toBe(hours * hour))

test.each([[''], ['0d'], ['30'], ['5 days'], ['1.5d'], ['-1d'], ['3h2d'], ['10m'], ['12345y']])('%j is none', (text) =>
  expect(periodMs(text)).toBeUndefined(),
)
