import { describe, expect, test } from 'vitest'
import { collationsIn, rolesIn } from '../../src/requirements/names-in-sql.ts'

describe('rolesIn', () => {
  const cases: [string, string[]][] = [
    ['GRANT SELECT ON TABLE public.items TO visitor;', ['visitor']],
    ['GRANT ALL ON FUNCTION s.f("to" integer, x text) TO "Ro""le; DROP" WITH GRANT OPTION;', ['Ro"le; DROP']],
    ['REVOKE ALL ON SCHEMA public FROM PUBLIC;\nGRANT USAGE ON SCHEMA public TO PUBLIC;', []],
    ['REVOKE ALL ON TABLE x FROM a;\nGRANT SELECT(id),UPDATE(id) ON TABLE x TO b;', ['a', 'b']],
    ['SET SESSION AUTHORIZATION g;\nGRANT UPDATE ON TABLE x TO r;\nRESET SESSION AUTHORIZATION;', ['g', 'r']],
    ['ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA app GRANT SELECT ON TABLES TO b;', ['a', 'b']],
    ['CREATE POLICY p ON s.t FOR SELECT TO a, "B" USING ((x = \'FROM c\'::text));', ['a', 'B']],
    ['CREATE POLICY p ON s.t USING ((x > (SELECT 1 FROM z)));', []],
    ['CREATE USER MAPPING FOR "Me" SERVER far OPTIONS (\n    "user" \'x\'\n);', ['Me']],
    ['CREATE USER MAPPING FOR public SERVER far;\nGRANT SELECT ON TABLE x TO "PUBLIC";', ['PUBLIC']],
    ['-- GRANT x TO y\nGRANT SELECT ON TABLE "FROM" TO z;', ['z']],
  ]
  test.each(cases)('%s', (sql, roles) => {
    expect(rolesIn(sql)).toEqual(roles)
  })
})

describe('collationsIn', () => {
  const cases: [string, string[]][] = [
    [
      'CREATE TABLE t (a text COLLATE pg_catalog."de-x-icu", b text COLLATE s.mine);',
      ['pg_catalog.de-x-icu', 's.mine'],
    ],
    ['CREATE VIEW v AS SELECT (a COLLATE "C") AS a FROM t;', ['pg_catalog.C']],
    ["CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'x' COLLATE nowhere$$;", []],
    ['CREATE TABLE "COLLATE" (collate_me text);', []],
  ]
  test.each(cases)('%s', (sql, collations) => {
    expect(collationsIn(sql).map(({ schema, name }) => `${schema}.${name}`)).toEqual(collations)
  })
})
