import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenize } from '../../src/index.ts'
import { openRenamer, type RenamePlan } from '../../src/rename/index.ts'
import { objectPlan, schemaPlan } from '../rename/plans.ts'
import { definitions, dumpedSchemas, loadDataSet, statementsOf } from './dumped-schemas.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(18)
})
afterAll(() => server?.stop())

describe.each(dumpedSchemas)('with every word of $name a candidate', (dataSet) => {
  let statements: string[]
  const words = new Set<string>()
  beforeAll(async () => {
    await loadDataSet(server, dataSet)
    statements = await statementsOf(await definitions(server, dataSet.name))
    for (const sql of statements) {
      for (const { type, text } of tokenize(sql)) {
        if (type === 'word') words.add(text.toLowerCase())
        if (type === 'quoted-identifier') words.add(text.slice(1, -1).replaceAll('""', '"'))
      }
    }
    expect(words.size).toBeGreaterThan(40)
  })

  test('nothing is renamed that the plan does not rename', async () => {
    const renamer = await openRenamer({ ...objectPlan({}), words })
    expect(statements.map((sql) => renamer.rename(sql).sql)).toEqual(statements)
  })

  test('schemas are renamed as with no other candidate', async () => {
    const names = { public: 'new', app: 'New app', inh: 'user', a: 'b2', b: 'select' }
    const few: RenamePlan = schemaPlan(names)
    const [alone, among] = await Promise.all([openRenamer(few), openRenamer({ ...few, words })])
    const renamed = statements.map((sql) => alone.rename(sql).sql)
    expect(renamed).not.toEqual(statements)
    expect(statements.map((sql) => among.rename(sql).sql)).toEqual(renamed)
  })

  test('a word that is no schema renames nothing, whatever else it is', async () => {
    const { rows } = await server.query('SELECT nspname FROM pg_namespace', dataSet.name)
    const schemas = new Set(rows.map(({ nspname }) => nspname))
    const others = Object.fromEntries(
      [...words].filter((word) => !schemas.has(word)).map((word) => [word, `${word} 2`]),
    )
    const renamer = await openRenamer(schemaPlan(others))
    expect(statements.map((sql) => renamer.rename(sql).sql)).toEqual(statements)
  })
})
