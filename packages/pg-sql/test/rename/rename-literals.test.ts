import { beforeAll, describe, expect, test } from 'vitest'
import { openRenamer, type Renamer, SqlRenameError } from '../../src/rename/index.ts'
import { objectPlan, schemaPlan } from './plans.ts'

let renamer: Renamer
beforeAll(async () => {
  renamer = await openRenamer(schemaPlan({ app: 'neu', 'Odd. "x': 'Neu\\' }))
})

describe('literals that are names', () => {
  const same = (template: string) => [template.replaceAll('%', 'app'), template.replaceAll('%', 'neu')] as const
  const cases: readonly (readonly [sql: string, renamed: string])[] = [
    same(`SELECT '%.t'::regclass, CAST('%.t' AS pg_catalog.regclass), regclass '%.t', ('%.t'::text)::regclass`),
    same(`SELECT '%.ty'::regtype, '%.ty[]'::regtype, '%."Ty"(3)'::regtype`),
    same(`SELECT '%.f'::regproc, '%.f(%.ty, integer, %.ty[])'::regprocedure, '%.f()'::regprocedure`),
    same(`SELECT '%.==='::regoper, '%.===(%.ty,integer)'::regoperator, '%.!(NONE,%.ty)'::regoperator`),
    same(`SELECT '%.c'::regconfig, '%.d'::regdictionary, '%.c'::regcollation, '%'::regnamespace`),
    same(`SELECT '{%.t,"%.\\"T\\"",NULL,-,12}'::regclass[], '{"%.f(%.ty, integer)"}'::regprocedure[]`),
    same(`SELECT ARRAY['%.t', '%.u']::regclass[]`),
    same(`SELECT nextval('%.s'), pg_catalog.currval('%.s'::text), setval('%.s', 1, true), nextval('%.s'::regclass)`),
    same(`SET search_path = %, 'pg_temp', public; SET search_path TO '%'; SET default_text_search_config = '%.c'`),
    same(
      `CREATE FUNCTION %.f() RETURNS integer LANGUAGE sql SET search_path TO '%', 'pg_temp' SET default_text_search_config TO '%.c' AS 'x'`,
    ),
    same(
      `ALTER FUNCTION %.f() SET search_path = %; ALTER ROLE app SET search_path = %; ALTER DATABASE app SET search_path = %`,
    ),
    same(`CREATE TEXT SEARCH DICTIONARY %.d (TEMPLATE = thesaurus, dictfile = 'app', dictionary = '%.simple')`),
    same(
      `SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'schemaname', '%', 'relname', 't', 'relpages', '1'::integer)`,
    ),
    same(
      `SELECT pg_restore_attribute_stats('schemaname', '%', 'relname', 'app', 'attname', 'app', 'most_common_vals', '{app,app.t}'::text)`,
    ),
    same(`SELECT pg_clear_relation_stats('schemaname', '%', 'relname', 't')`),
    same(`SELECT pg_restore_relation_stats('relation', '%.t'::regclass)`),
    same(`ALTER TEXT SEARCH DICTIONARY %.d (dictionary = app, app)`),
    same(
      `SELECT pg_restore_relation_stats('schemaname', '%'::text, 'relname', 't'::name), ARRAY['%.t', NULL, x]::regclass[]`,
    ),
    same(`CREATE FUNCTION %.f() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT SET app.x TO 1 AS 'x'`),
    // As they are stored and as they are spelt.
    [
      `SELECT 'APP.t'::regclass, E'\\x61pp.t'::regclass, $$app.t$$::regclass`,
      `SELECT 'neu.t'::regclass, 'neu.t'::regclass, 'neu.t'::regclass`,
    ],
    [`SELECT U&'\\0061pp.t'::regclass`, `SELECT 'neu.t'::regclass`],
    [
      `SELECT '"Odd. ""x".t'::regclass, E'"Odd. ""x".t\\n'::regclass`,
      `SELECT '"Neu\\".t'::regclass, E'"Neu\\\\".t\n'::regclass`,
    ],
    [`SELECT '{"\\"Odd. \\"\\"x\\".t",app.u}'::regclass[]`, `SELECT '{"\\"Neu\\\\\\".t",neu.u}'::regclass[]`],
  ]
  test.each(cases)('%s', (sql, renamed) => {
    expect(renamer.rename(sql).sql).toBe(renamed)
  })
})

describe('literals that stay', () => {
  test.each([
    [`SELECT 'app.t'::text, 'app.t', 'app.t'::other.regclass, 'app.t'::regrole, '{app.t}'::text[]`, 5],
    [`SELECT to_regclass('app.t'), has_table_privilege('app', 'app.t', 'select'), other.nextval('app.s')`, 4],
    [`CREATE TRIGGER t AFTER INSERT ON o.t FOR EACH ROW EXECUTE FUNCTION o.f('app', 'app.t', 'x')`, 2],
    [`SET application_name = 'app'; SET role = app`, 1],
    [`COMMENT ON TABLE o.t IS 'app.t'; SECURITY LABEL ON TABLE o.t IS 'app'`, 0],
    [`CREATE FOREIGN TABLE o.t (a integer OPTIONS (c 'app')) SERVER s OPTIONS (schema_name 'app')`, 0],
    [`CREATE TYPE o.e AS ENUM ('app', 'app.t')`, 0],
    [`SELECT '12'::regclass, '-'::regproc, B'101', X'a99'`, 0],
    [`SELECT 'myapp', 'app_t', 'application'`, 0],
  ])('%s', (sql, notes) => {
    const renamed = renamer.rename(sql)
    expect(renamed).toMatchObject({ sql, edits: 0 })
    expect(renamed.notes.map(({ level }) => level)).toEqual(Array(notes).fill('string'))
  })
})

test('statistics follow a table with another name', async () => {
  const tables = await openRenamer(objectPlan({ 'relation s.t': { schema: 's', name: 'copy' } }))
  const sql = (table: string) =>
    `SELECT pg_restore_attribute_stats('schemaname', 's', 'relname', '${table}', 'attname', 't')`
  expect(tables.rename(sql('t')).sql).toBe(sql('copy'))
  expect(tables.rename(sql('u'))).toMatchObject({ sql: sql('u'), edits: 0 })
})

test('literals are found whatever quotes surround the word', () => {
  const renamed = renamer.rename('CREATE FUNCTION o.f() RETURNS integer LANGUAGE sql AS $$app$$')
  expect(renamed.notes).toEqual([{ level: 'body', what: 'app' }])
})

test('bodies stay, and are told', () => {
  const body = `BEGIN INSERT INTO app.t VALUES ('it''s'); END`
  const sql = `CREATE FUNCTION app.f() RETURNS integer LANGUAGE plpgsql AS $_$${body}$_$; DO $$ SELECT app.f() $$; CREATE FUNCTION o.g() RETURNS integer LANGUAGE sql AS 'SELECT application'`
  const renamed = renamer.rename(sql)
  expect(renamed.sql).toBe(sql.replace('app.f', 'neu.f'))
  expect(renamed.notes).toEqual([
    { level: 'body', what: body },
    { level: 'body', what: ' SELECT app.f() ' },
  ])
})

test.each([`SELECT 'app.t.u.v.w'::regclass`, `SELECT 'app.t x'::regclass`, `SELECT '{app.f(}'::regprocedure[]`])(
  '%s is no name, and refused',
  (sql) => {
    expect(() => renamer.rename(sql)).toThrow(SqlRenameError)
  },
)
