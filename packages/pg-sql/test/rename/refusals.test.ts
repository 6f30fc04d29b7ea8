import { beforeAll, describe, expect, test } from 'vitest'
import { openRenamer, type Renamer, SqlRenameError } from '../../src/rename/index.ts'
import { objectPlan, schemaPlan } from './plans.ts'

let renamer: Renamer
beforeAll(async () => {
  renamer = await openRenamer(schemaPlan({ app: 'neu' }))
})

function refusal(sql: string, by = renamer): SqlRenameError {
  try {
    by.rename(sql)
  } catch (error) {
    if (error instanceof SqlRenameError) return error
    throw error
  }
  throw new Error('Expected a refusal')
}

describe('SQL that cannot be renamed for sure is refused', () => {
  test.each([
    ['SELECT * FROM app.t WHERE', "PostgreSQL's parser refuses the SQL", 25],
    ["SELECT 'é🎉', x x x FROM app.t", "PostgreSQL's parser refuses the SQL", 18],
    ['SELECT 1 FROM app.t \0; DROP TABLE app.t', 'A NUL character, which SQL cannot have', 20],
    ["SELECT '\ud800' FROM app.t", 'Half a surrogate pair, which no encoding can have', 0],
    ['SELECT 1 FROM db.app.t; SELECT db.app.t.c', 'The name app is part of a name with a database', 34],
    ['SELECT db.app.f(1)', 'The name app is part of a name with a database', 10],
    ['CREATE FUNCTION f() RETURNS app.t.c%TYPE LANGUAGE sql RETURN 1', 'is part of a %TYPE', 28],
    [
      'CREATE SCHEMA app CREATE TABLE t (a integer)',
      'Definitions within CREATE SCHEMA have no schema in their names',
      0,
    ],
    ['LISTEN app', 'The name app stands where nothing is known about it (ListenStmt.conditionname)', 7],
    [`SELECT U&'!0061pp' UESCAPE '!' FROM app.t`, 'A literal could not be told apart from its surroundings', 7],
    [`SELECT U&"!0061pp" UESCAPE '!' FROM app.t`, 'could not be told apart from its surroundings', 7],
    [`COMMENT ON TABLE app.t IS 'app'\n'x'`, 'A literal could not be told apart from its surroundings', 26],
    [`CREATE OPERATOR CLASS o FOR TYPE t USING btree AS STORAGE app.t; EXPLAIN (app) SELECT 1`, 'DefElem.defname', 74],
  ])('%j', (sql, message, offset) => {
    const error = refusal(sql)
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ name: 'SqlRenameError', code: 'SCRIPT.RENAME', retryable: false, meta: { offset } })
  })

  test.each([1e3, 5e3, 1e5])('however deeply it is nested: %i sums', (depth) => {
    const sql = `SELECT app.f(1)${' + 1'.repeat(depth)}`
    try {
      expect(renamer.rename(sql).sql).toBe(sql.replace('app', 'neu'))
    } catch (error) {
      expect(error).toBeInstanceOf(SqlRenameError)
      expect(depth).toBeGreaterThan(1e3)
    }
    expect(renamer.rename('SELECT app.f(1)').sql).toBe('SELECT neu.f(1)')
  })

  test('without the text of literals in the message', () => {
    expect(refusal(`SELECT 'app.t secret'::regclass`).message).not.toContain('secret')
  })
})

describe('names that would be caught', () => {
  const plan = objectPlan({
    'relation s.t': { schema: 's', name: 'copy' },
    'function s.f': { schema: 's', name: 'g' },
  })
  test.each([
    // The alias would be taken for the table.
    ['CREATE POLICY p ON s.t USING (EXISTS (SELECT 1 FROM s.u copy WHERE copy.a = t.a))', 'calls something else so'],
    [
      'CREATE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql RETURN (SELECT f.a FROM s.g)',
      'calls something else so',
    ],
    ['SELECT f.a FROM s.f() WITH ORDINALITY', 'is read by a query without an alias'],
    ['SELECT t.a FROM ONLY (s.t)', 'refused by the parser'],
  ])('%s', async (sql, message) => {
    expect(refusal(sql, await openRenamer(plan)).message).toContain(message)
  })
})

test('a plan that renames what is none of its words is told so', async () => {
  const plan = { ...schemaPlan({ app: 'neu' }), object: () => ({ schema: 'neu', name: 'other' }) }
  expect(refusal('SELECT 1 FROM app.t', await openRenamer(plan)).message).toBe(
    'The plan renames t, which is none of its words',
  )
  const strips = { ...plan, object: () => ({ schema: undefined, name: 'app' }) }
  expect(refusal('SELECT 1 FROM s.app', await openRenamer(strips)).message).toBe(
    'The plan takes s away, which is none of its words',
  )
})
