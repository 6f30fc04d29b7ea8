import { expect, test } from 'vitest'
import { isPgarkError, PgarkError } from '../../src/index.ts'

test('an error is recognised by its marker, not by its class', () => {
  const foreign = Object.assign(new Error('from another copy'), { [Symbol.for('pgark.error')]: true, code: 'X.Y' })
  expect(isPgarkError(new PgarkError('X.Y', 'Something failed.'))).toBe(true)
  expect(isPgarkError(foreign)).toBe(true)
  expect(isPgarkError(new Error('any'))).toBe(false)
  expect(isPgarkError({ [Symbol.for('pgark.error')]: true, code: 'X.Y' })).toBe(false)
  expect(isPgarkError(undefined)).toBe(false)
})

test('what is not given has a value that programs can rely on', () => {
  const error = new PgarkError('X.Y', 'Something failed.')
  expect(error).toMatchObject({ name: 'PgarkError', retryable: false, meta: {} })
  expect(error.hint).toBeUndefined()
  expect('cause' in error).toBe(false)
  const cause = new Error('why')
  expect(new PgarkError('X.Y', 'Something failed.', { cause }).cause).toBe(cause)
})
