import { describe, expect, test } from 'vitest'
import {
  backup,
  copy,
  estimate,
  file,
  incompleteRuns,
  isPgarkError,
  list,
  planBackup,
  planPrune,
  prune,
  remove,
  restore,
  testDestination,
  validateFilters,
  verify,
} from '../../src/index.ts'
import { engineDouble } from './engine-double.ts'

const { engine } = engineDouble()
const from = file('/nowhere/backups')
const catalogue = { copy, remove, planPrune, prune, testDestination, incompleteRuns }
const calls = {
  backup,
  planBackup,
  estimate,
  validateFilters,
  restore,
  verify,
  list,
  ...catalogue,
} as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>

/** What such a call is refused with; it must be refused, and by us. */
async function refusal(name: string, ...args: unknown[]): Promise<string[]> {
  const error = await calls[name]?.(...args).catch((reason: unknown) => reason)
  if (!isPgarkError(error) || error.code !== 'USAGE.OPTIONS') throw error
  return error.message.split('\n')
}

describe.each(Object.keys(calls))('%s()', (name) => {
  test.each([[undefined], [null], ['postgres://h/d'], [42], [[]], [{}], [{ engine: {}, from: {}, to: {} }]])(
    '%j is refused with a code',
    async (options) => {
      expect((await refusal(name, options)).length).toBeGreaterThan(0)
    },
  )
})

describe('all problems at once', () => {
  test('of verify()', async () => {
    const options = { engine: { verify: 1 }, from: 'x.sql', id: '', against: 'yes', onEvnt: () => {} }
    expect(await refusal('verify', options)).toEqual([
      'Unknown option onEvnt.',
      'The engine is not one that this version of @pgark/core can use.',
      'The destination is not one that this version of @pgark/core can use.',
      'Expected against to be true or false.',
      'Expected id to be text, got an empty string.',
    ])
    expect(await refusal('verify', { engine: { verify() {} }, from, against: true })).toHaveLength(1)
    const needless = { engine: { ...engine, readDefinitions() {} }, from, noOwner: true, noPrivileges: true }
    expect(await refusal('verify', needless)).toEqual([
      'noOwner has no meaning without definitions.',
      'noPrivileges has no meaning without definitions.',
    ])
    expect(await refusal('verify', { engine: { ...engine, readDefinitions() {} }, from, definitions: true })).toEqual([
      'definitions are compared with a database: they have no meaning without against.',
    ])
  })

  test('of restore()', async () => {
    const options = {
      ...{ engine: undefined, from: 'x.sql', role: '', dryRun: 1, consent: true },
      ...{ schemaOnly: true, dataOnly: true, createDatabase: true, noOwners: true },
    }
    expect(await refusal('restore', options)).toHaveLength(8)
    async function* stream() {}
    expect(await refusal('restore', { engine, from: stream(), id: 7 })).toEqual(['Expected id to be text, got number.'])
  })

  test('of list()', async () => {
    expect(await refusal('list', from, { metadata: {} })).toEqual(['Unknown option metadata.'])
    expect(await refusal('list', '/backups', 7)).toHaveLength(2)
  })

  test('of backup()', async () => {
    const options = { engine, to: from, name: 7, metadata: [], format: 1, encoding: '', header: 'no' }
    expect(await refusal('backup', options)).toHaveLength(6)
  })
})

test.each([[undefined], [7], [{}]])('file(%j) is refused with a code', (location) => {
  expect(() => file(location as string)).toThrow(expect.objectContaining({ code: 'USAGE.OPTIONS' }))
})
