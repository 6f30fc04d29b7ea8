import { expect, test } from 'vitest'
import { complaints } from './support/complaints.ts'
import { right, wrong } from './support/typed-conditions.ts'

test('a wrong field, value or model is an error of the compiler, a right one is none', () => {
  const told = complaints([...right, ...wrong.map(([source]) => source)])
  expect(told.slice(0, right.length)).toEqual(right.map(() => []))
  for (const [index, [source, message]] of wrong.entries()) {
    expect({ source, told: told[right.length + index]?.join('\n') }).toEqual({
      source,
      told: expect.stringMatching(message),
    })
  }
})
