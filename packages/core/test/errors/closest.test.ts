import { describe, expect, test } from 'vitest'
import { closest, didYouMean } from '../../src/index.ts'

const options = ['schemas', 'tables', 'excludeTables', 'excludeTableData', 'compression', 'overwrite', 'onEvent']

describe('the names that were meant', () => {
  const typos: [string, string[]][] = [
    ['tabels', ['tables']],
    ['Tables', ['tables', 'excludeTables']],
    ['compresion', ['compression']],
    ['onevent', ['onEvent']],
    ['over', ['overwrite']],
    ['xyzzy-plugh', []],
    ['', []],
  ]
  for (const [wanted, expected] of typos) {
    test(`${wanted || 'nothing'} is like ${expected.join(', ') || 'none'}`, () => {
      expect(closest(wanted, options)).toEqual(expect.arrayContaining(expected))
      if (expected.length === 0) expect(closest(wanted, options)).toEqual([])
      else expect(closest(wanted, options)[0]).toBe(expected[0])
    })
  }
  test('two letters that changed places are one edit', () => {
    expect(closest('abcd', ['abdc', 'abxy'])).toEqual(['abdc', 'abxy'])
  })
  test('no more than asked for, equal ones by name', () => {
    expect(closest('orders_x', ['orders_d', 'orders_c', 'orders_b', 'orders_a'])).toEqual([
      'orders_a',
      'orders_b',
      'orders_c',
    ])
    expect(closest('orders_x', ['orders_b', 'orders_a'], 1)).toEqual(['orders_a'])
  })
})

test('the hint asks, or there is none', () => {
  expect(didYouMean('tabels', options)).toMatch(/^did you mean tables(, .+)?\?$/)
  expect(didYouMean('xyzzy-plugh', options)).toBeUndefined()
})
