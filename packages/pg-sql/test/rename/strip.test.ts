import { beforeAll, expect, test } from 'vitest'
import { openRenamer, type Renamer, SqlRenameError } from '../../src/rename/index.ts'
import { objectPlan, stripPlan } from './plans.ts'

let renamer: Renamer
beforeAll(async () => {
  renamer = await openRenamer(stripPlan('app'))
})

test.each([
  [
    'CREATE TABLE app.app (app app.ty, b app.d[] DEFAULT app.f(app.app))',
    'CREATE TABLE app (app ty, b d[] DEFAULT f(app.app))',
  ],
  [
    'SELECT t.a, app.t.a, app.t.* FROM app.t JOIN other.u USING (a)',
    'SELECT t.a, t.a, t.* FROM t JOIN other.u USING (a)',
  ],
  ['SELECT 1 FROM "app" /* x */ . "T"', 'SELECT 1 FROM "T"'],
  [
    'SELECT a OPERATOR(app.===) b COLLATE app.c FROM app.t ORDER BY a USING OPERATOR(app.<<<)',
    'SELECT a OPERATOR(===) b COLLATE c FROM t ORDER BY a USING OPERATOR(<<<)',
  ],
  [
    `SELECT 'app.t'::regclass, '{app.t,"app.u"}'::regclass[], nextval('app.s'), 'app."user"'::regtype, 'app.t'`,
    `SELECT 't'::regclass, '{t,u}'::regclass[], nextval('s'), '"user"'::regtype, 'app.t'`,
  ],
  [
    'CREATE TYPE app.ty AS (a app.d); CREATE DOMAIN app.d AS app.e; CREATE TYPE app.e AS ENUM ()',
    'CREATE TYPE ty AS (a d); CREATE DOMAIN d AS e; CREATE TYPE e AS ENUM ()',
  ],
  [
    'CREATE FUNCTION app.f(a app.ty) RETURNS SETOF app.t LANGUAGE sql BEGIN ATOMIC SELECT f.a; END',
    'CREATE FUNCTION f(a ty) RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT f.a; END',
  ],
  [
    'DROP FUNCTION app.f(app.ty); DROP TABLE app.t; DROP TYPE app.ty; DROP TRIGGER x ON app.t; DROP OPERATOR CLASS app.o USING btree',
    'DROP FUNCTION f(ty); DROP TABLE t; DROP TYPE ty; DROP TRIGGER x ON t; DROP OPERATOR CLASS o USING btree',
  ],
  [
    'COMMENT ON COLUMN app.t.app IS NULL; COMMENT ON CONSTRAINT x ON DOMAIN app.d IS NULL; COMMENT ON OPERATOR app.=== (app.ty, NONE) IS NULL',
    'COMMENT ON COLUMN t.app IS NULL; COMMENT ON CONSTRAINT x ON DOMAIN d IS NULL; COMMENT ON OPERATOR === (ty, NONE) IS NULL',
  ],
  [
    'ALTER TABLE app.t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES app.u(a); ALTER INDEX app.i ATTACH PARTITION app.j',
    'ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES u(a); ALTER INDEX i ATTACH PARTITION j',
  ],
  [
    'CREATE SEQUENCE app.s OWNED BY app.t.a; ALTER TABLE app.t ALTER a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.s)',
    'CREATE SEQUENCE s OWNED BY t.a; ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s)',
  ],
  [
    'CREATE OPERATOR app.=== (FUNCTION = app.f, LEFTARG = app.ty, COMMUTATOR = OPERATOR(app.===))',
    'CREATE OPERATOR === (FUNCTION = f, LEFTARG = ty, COMMUTATOR = OPERATOR(===))',
  ],
  [
    'CREATE AGGREGATE app.a(app.ty) (SFUNC = app.f, STYPE = app.ty, SORTOP = OPERATOR(app.<<<))',
    'CREATE AGGREGATE a(ty) (SFUNC = f, STYPE = ty, SORTOP = OPERATOR(<<<))',
  ],
  [
    'CREATE POLICY p ON app.t USING (app.t.a > 0 AND EXISTS (SELECT 1 FROM app.u WHERE app.u.a = t.a))',
    'CREATE POLICY p ON t USING (t.a > 0 AND EXISTS (SELECT 1 FROM u WHERE u.a = t.a))',
  ],
  ['CREATE SCHEMA app; SET search_path = app', 'CREATE SCHEMA app; SET search_path = app'],
])('%s without the qualifier', (sql, stripped) => {
  expect(renamer.rename(sql).sql).toBe(stripped)
})

test.each([
  [
    'WITH t AS (SELECT 1) SELECT * FROM app.t',
    'The name app cannot be taken away: a common table expression is called t too',
  ],
  ['WITH t AS (SELECT 1) SELECT (SELECT 1 FROM app.t)', 'a common table expression is called t too'],
  ['SELECT (SELECT app.t.a FROM other.u t) FROM app.t', 'the query calls something else t too'],
  [`SELECT pg_restore_relation_stats('schemaname', 'app', 'relname', 't')`, 'Statistics name a schema'],
  // Without its qualifier a keyword would be no name.
  ['CREATE TABLE app.user (a integer)', 'refused by the parser'],
  ['CREATE TABLE t (a app.int)', 'means something else'],
])('%s is refused: something else would be meant', (sql, message) => {
  expect(() => renamer.rename(sql)).toThrow(SqlRenameError)
  expect(() => renamer.rename(sql)).toThrow(message)
})

test('a table that loses its schema and its name keeps it within a query', async () => {
  const both = await openRenamer(objectPlan({ 'relation app.t': { schema: undefined, name: 'copy' } }))
  expect(both.rename('SELECT t.a, app.t.b FROM app.t').sql).toBe('SELECT t.a, t.b FROM copy AS t')
})
