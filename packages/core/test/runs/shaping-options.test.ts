import { expect, test } from 'vitest'
import { backupProblems, file, restoreProblems } from '../../src/index.ts'
import { engineDouble } from './engine-double.ts'

const { engine } = engineDouble()
const at = file('/nowhere/backups')
const ofBackup = (options: object) => backupProblems({ engine, to: at, ...options }).map(({ message }) => message)
const ofRestore = (options: object) => restoreProblems({ engine, from: at, ...options }).map(({ message }) => message)

test.each(['renameSchemas', 'renameTables'])('%s: names that cannot be names, all at once', (option) => {
  const names = { '': 'x', a: 3, b: '', c: 'x\0y', d: 'ü'.repeat(32), e: 'ü'.repeat(31), f: 'good' }
  const wrong = [
    `An empty name in ${option}.`,
    `Expected ${option} to give a a new name.`,
    `Expected ${option} to give b a new name, got an empty one.`,
    `The new name of c in ${option} contains a NUL character.`,
    `The new name of d in ${option} has 64 bytes; a name has at most 63.`,
  ]
  expect(ofBackup({ [option]: names })).toEqual(wrong)
  expect(ofRestore({ [option]: names })).toEqual(wrong)
  for (const none of ['a=b', ['a'], null]) {
    expect(ofRestore({ [option]: none })).toEqual([`Expected ${option} to be an object: new names by old ones.`])
  }
})

test('filters and cleaners that are none', () => {
  expect(ofBackup({ filters: ['orders'] })).toEqual(['Expected filters to be an object: filters by table.'])
  expect(ofBackup({ filters: { '': 'SELECT', a: ' ', b: 3, c: { text: 'SELECT 1' }, d: { text: [''] } } })).toEqual([
    'A filter for a table without a name.',
    ...['a', 'b', 'c', 'd'].map((table) => `The filter for ${table} is none.`),
  ])
  expect(
    ofBackup({ filters: { a: 'SELECT * FROM a', b: { text: 'SELECT 1', values: [] } }, onOrphans: 'report' }),
  ).toEqual([])
  expect(ofBackup({ onOrphans: 'ignore' })).toContain('Expected onOrphans to be fail, report, notValid, got ignore.')
  expect(ofBackup({ cleaners: 'sql' })).toEqual(['Expected cleaners to be a list.'])
  expect(ofBackup({ cleaners: [{}] })).toEqual(['A cleaner is not one that this version of @pgark/core can use.'])
})
