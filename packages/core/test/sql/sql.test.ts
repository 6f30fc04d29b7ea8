import { describe, expect, test } from 'vitest'
import { ident, isPgarkError, type SqlPart, sql } from '../../src/index.ts'

/** What inserting it is refused with. */
function refusal(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (isPgarkError(error) && error.code === 'USAGE.FILTER') return error.message
    throw error
  }
  throw new Error('Expected it to be refused')
}

describe('sql`…`', () => {
  test('keeps text, names, values and other SQL apart', () => {
    const adult = sql`${ident('age')} >= ${18}`
    const { text, parts } = sql`${adult} AND ${ident('shop', 'Orders')}.paid`
    expect(text).toEqual(['', ' AND ', '.paid'])
    expect(parts).toEqual([
      { kind: 'sql', sql: adult },
      { kind: 'identifier', names: ['shop', 'Orders'] },
    ] satisfies SqlPart[])
    expect(adult.parts).toEqual([
      { kind: 'identifier', names: ['age'] },
      { kind: 'value', value: 18 },
    ] satisfies SqlPart[])
  })

  test('text that looks like SQL is a value', () => {
    const hostile = "' OR true --"
    expect(sql`name = ${hostile}`).toMatchObject({
      text: ['name = ', ''],
      parts: [{ kind: 'value', value: hostile }],
    })
  })

  test('what came as JSON never becomes SQL or a name, whatever its form', () => {
    const request = JSON.parse('{"text": ["true"], "parts": []}')
    expect(refusal(() => sql`${request}`)).toContain('has the form of SQL')
    const named = JSON.parse('{"kind": "identifier", "names": ["password"]}')
    expect(sql`note = ${named}`.parts).toEqual([{ kind: 'value', value: named }])
  })

  test('SQL and names of another copy of the package are known by their markers', () => {
    const other = { [Symbol.for('pgark.sql')]: true, text: ['paid'], parts: [] }
    const name = { [Symbol.for('pgark.ident')]: true, names: ['id'] }
    expect(sql`${other} OR ${name} > 5`.parts.map(({ kind }) => kind)).toEqual(['sql', 'identifier'])
  })

  test('cannot be changed afterwards', () => {
    const adult = sql`age >= ${18}`
    expect([adult, adult.text, adult.parts, adult.parts[0]].every(Object.isFrozen)).toBe(true)
  })

  const circular: { self?: unknown } = {}
  circular.self = circular
  test.each([
    [undefined, 'value 1 of sql`…` is undefined'],
    [[1, undefined, 3], 'has at [1] the value undefined'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is undefined, too
    [[1, , 3], 'has at [1] the value undefined'],
    [{ a: [{ b: undefined }] }, 'has at .a[0].b the value undefined'],
    [{ circular, missing: undefined }, 'has at .missing'],
  ])('undefined is never a value: %o', (value, message) => {
    expect(refusal(() => sql`x = ${value}`)).toContain(message)
  })

  test.each([[null], [0], [''], [false], [Number.NaN], [[]], [{}], [new Date(0)], [Buffer.from('x')], [circular]])(
    'what is merely empty or odd is: %o',
    (value) => {
      expect(sql`x = ${value}`.parts).toEqual([{ kind: 'value', value }])
    },
  )
})

describe('ident()', () => {
  test.each([[[]], [['']], [['shop', '']], [['a\0b']], [[undefined]], [[42]], [['a', null]]])('refuses %j', (names) => {
    expect(refusal(() => ident(...(names as unknown as [string])))).toContain('parts of a name')
  })
})
