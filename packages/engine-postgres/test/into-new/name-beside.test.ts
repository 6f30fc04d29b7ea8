import { expect, test } from 'vitest'
import { nameBeside } from '../../src/restore/into-new/name-beside.ts'

const suffix = '_before_20261121T220000Z'

test('a name with what it is, and a number where that is taken', () => {
  expect(nameBeside('shop', suffix, new Set(['shop']))).toBe(`shop${suffix}`)
  expect(nameBeside('shop', suffix, new Set([`shop${suffix}`, `shop${suffix}_2`]))).toBe(`shop${suffix}_3`)
})

test.each([
  ['x'.repeat(39), 39, 63],
  ['x'.repeat(40), 39, 63],
  ['ü'.repeat(31), 19, 62],
  ['€'.repeat(21), 13, 63],
  ['😀'.repeat(15), 9, 60],
])('%s keeps %i characters, %i bytes in all', (name, kept, bytes) => {
  const made = nameBeside(name, suffix, new Set())
  expect(made).toBe([...name].slice(0, kept).join('') + suffix)
  expect(Buffer.byteLength(made)).toBe(bytes)
})
