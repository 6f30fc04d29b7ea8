import { expect, test } from 'vitest'
import { tokenize } from '../../src/index.ts'
import { Mark } from '../../src/rename/marks/mark.ts'

function mark(sql: string): Mark {
  const [token] = tokenize(sql)
  if (!token) throw new Error('Expected a token')
  return new Mark(token)
}

test('a mark stands for one thing, wherever the parser repeats it', () => {
  const twice = mark('app')
  expect(twice.place('app')).toBe(true)
  twice.decide('neu')
  twice.decide('neu')
  expect(() => twice.keep()).toThrow('The name app stands for two things at once')
})

test('a mark is where its name is, not where something else is', () => {
  expect(mark('app').place('other')).toBe(false)
  expect(mark('"App"').place('app')).toBe(false)
  const literal = mark(`'app.t'`)
  expect(literal.place('app.t')).toBe(true)
  expect(literal.place('other')).toBe(false)
  // The server cuts names off.
  expect(mark('x'.repeat(70)).place('x'.repeat(63))).toBe(true)
  expect(mark('x'.repeat(70)).place('y'.repeat(63))).toBe(false)
})
