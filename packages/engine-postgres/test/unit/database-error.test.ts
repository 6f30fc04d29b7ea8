import { inspect } from 'node:util'
import { PgarkError } from '@pgark/core'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { databaseError } from '../../src/connection/database-error.ts'

const canary = 'canary5105105105105100'
function serverError(code: string, message: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, 100, 'error')
  return Object.assign(error, { code, severity: 'ERROR', detail: `Key (x)=(${canary})`, where: `COPY x: "${canary}"` })
}
const convert = (error: unknown) => databaseError(error, 'X.Y', 'Cannot do it', { hint: 'try' })

describe('an error of the server', () => {
  test('is told by its message where that holds no value', () => {
    expect(convert(serverError('42P01', 'relation "a" does not exist'))).toMatchObject({
      code: 'X.Y',
      message: 'Cannot do it: relation "a" does not exist (42P01).',
      hint: 'try',
      meta: { sqlstate: '42P01' },
    })
  })
  for (const code of ['22P02', '22001', '22003', 'P0001', '38000', '39000', '42601']) {
    test(`${code} quotes values in its message, so that only the code is told`, () => {
      const error = convert(serverError(code, `bad value "${canary}"`))
      expect(error).toMatchObject({ message: expect.stringContaining(code), meta: { sqlstate: code } })
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(canary)
    })
  }
  test('over rows, a name is told only where the statement has it', () => {
    const told = (message: string, rows: 'yes' | { statement: string }, fields = {}) =>
      String(databaseError(Object.assign(serverError('42P01', message), fields), 'X.Y', 'Cannot do it', { rows }))
    const statement = 'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (d)'
    expect(told('relation "c" does not exist', { statement })).toContain('"c"')
    expect(told(`relation "${canary}" does not exist`, { statement })).not.toContain(canary)
    expect(told(`operator does not exist: ${canary}`, { statement })).not.toContain(canary)
    expect(told('function f(integer) does not exist', { statement }, { position: '7' })).toContain('f(integer)')
    expect(told(`no ${canary}`, { statement }, { position: '7', internalPosition: '1' })).not.toContain(canary)
    expect(told('relation "c" does not exist', 'yes')).not.toContain('"c"')
  })
  test('detail and context are never told', () => {
    const error = convert(serverError('23505', 'duplicate key value violates unique constraint "x"'))
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(canary)
  })
  const advised: [code: string, message: string, hint: RegExp, retryable: boolean][] = [
    ['42501', 'permission denied for table cards', /GRANT USAGE and SELECT/, false],
    ['42501', 'query would be affected by row-level security policy for table "cards"', /BYPASSRLS/, false],
    ['40001', 'canceling statement due to conflict with recovery', /max_standby_streaming_delay/, true],
    ['53100', 'could not extend file "base/1/2": No space left on device', /free space/, false],
    ['53200', 'out of shared memory', /max_locks_per_transaction/, false],
    ['57014', 'canceling statement due to user request', /run it again/, true],
  ]
  for (const [code, message, hint, retryable] of advised) {
    test(`${code} (${message}) has a hint of its own`, () => {
      expect(databaseError(serverError(code, message), 'X.Y', 'Cannot do it', { rows: 'yes' })).toMatchObject({
        message: `Cannot do it: ${message} (${code}).`,
        hint: expect.stringMatching(hint),
        retryable,
      })
    })
  }
  for (const code of ['57P01', '57P02', '57P03', '57P05', '25P03', '25P04', '08006']) {
    test(`${code} says that the connection is gone`, () => {
      expect(convert(serverError(code, 'terminating'))).toMatchObject({
        code: 'ENGINE.CONNECTION_LOST',
        retryable: true,
      })
    })
  }
})

test('an error of the socket says that the connection is gone', () => {
  for (const error of [
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
    Object.assign(new Error('read EHOSTUNREACH'), { code: 'EHOSTUNREACH' }),
    Object.assign(new Error('40B39:error:0A000119:deps/openssl'), {
      code: 'ERR_SSL_BAD_MAC',
      reason: 'bad record mac',
    }),
  ]) {
    expect(convert(error)).toMatchObject({
      code: 'ENGINE.CONNECTION_LOST',
      cause: error,
      message: expect.not.stringContaining('openssl'),
    })
  }
})

test('what is coded already, and what is a bug, passes through', () => {
  for (const error of [new PgarkError('A.B', 'x'), new TypeError('x is not a function')]) {
    expect(convert(error)).toBe(error)
  }
})
