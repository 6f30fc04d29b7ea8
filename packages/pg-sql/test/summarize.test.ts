import { describe, expect, test } from 'vitest'
import { copyEndpoint, type StatementSummary, summarize } from '../src/index.ts'

type Kind = StatementSummary['kind']
const TABLE: [string, Kind, string, string?][] = [
  ['BEGIN;', 'transaction', 'BEGIN'],
  ['start transaction isolation level repeatable read;', 'transaction', 'START TRANSACTION'],
  ['COMMIT;', 'transaction', 'COMMIT'],
  ["COMMIT PREPARED 'x';", 'transaction', 'COMMIT PREPARED'],
  ["ROLLBACK PREPARED 'x';", 'transaction', 'ROLLBACK PREPARED'],
  ["PREPARE TRANSACTION 'x';", 'transaction', 'PREPARE TRANSACTION'],
  ['END;', 'transaction', 'END'],
  ['ABORT;', 'transaction', 'ABORT'],
  ['SAVEPOINT a;', 'transaction', 'SAVEPOINT', 'a'],
  ['RELEASE SAVEPOINT a;', 'transaction', 'RELEASE', 'a'],
  ['ROLLBACK TO a;', 'transaction', 'ROLLBACK'],
  ['CREATE TABLE public.orders (id int);', 'definition', 'CREATE TABLE', 'public.orders'],
  ['CREATE UNLOGGED TABLE IF NOT EXISTS "A b".c ();', 'definition', 'CREATE TABLE', '"A b".c'],
  ['CREATE FOREIGN TABLE f () SERVER s;', 'definition', 'CREATE FOREIGN TABLE', 'f'],
  ['CREATE MATERIALIZED VIEW m AS SELECT 1;', 'definition', 'CREATE MATERIALIZED VIEW', 'm'],
  ['CREATE OR REPLACE FUNCTION public.f(x int) RETURNS int;', 'definition', 'CREATE FUNCTION', 'public.f'],
  ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);', 'definition', 'CREATE INDEX', 'i'],
  ['CREATE INDEX ON t (a);', 'definition', 'CREATE INDEX'],
  ['CREATE OPERATOR public.<-> (FUNCTION = f);', 'definition', 'CREATE OPERATOR', 'public.<->'],
  ['CREATE CAST (int AS text) WITHOUT FUNCTION;', 'definition', 'CREATE CAST'],
  ['CREATE TEXT SEARCH CONFIGURATION c (PARSER = p);', 'definition', 'CREATE TEXT SEARCH CONFIGURATION', 'c'],
  ['CREATE CONSTRAINT TRIGGER t AFTER INSERT ON x;', 'definition', 'CREATE TRIGGER', 't'],
  ['CREATE SCHEMA s;', 'definition', 'CREATE SCHEMA', 's'],
  ['CREATE DEFAULT CONVERSION c FOR;', 'definition', 'CREATE CONVERSION', 'c'],
  ["COMMENT ON TABLE public.t IS 'secret';", 'definition', 'COMMENT', 'public.t'],
  ['COMMENT ON CONSTRAINT c ON t IS NULL;', 'definition', 'COMMENT', 'c'],
  ["SECURITY LABEL FOR p ON COLUMN t.c IS 'x';", 'definition', 'SECURITY LABEL', 't.c'],
  ["DO $$ SELECT 'secret' $$;", 'definition', 'DO'],
  ['ALTER TABLE ONLY public.t ADD CONSTRAINT c PRIMARY KEY (a);', 'definition', 'ALTER TABLE', 'public.t'],
  ['ALTER TABLE t ALTER COLUMN c DROP DEFAULT;', 'definition', 'ALTER TABLE', 't'],
  ['ALTER TABLE t ADD CHECK (a > 0), DROP COLUMN b;', 'destroy', 'ALTER TABLE', 't'],
  ['ALTER TABLE IF EXISTS ONLY public.t DROP CONSTRAINT IF EXISTS c;', 'destroy', 'ALTER TABLE', 'public.t'],
  ['ALTER TABLE t DROP c;', 'destroy', 'ALTER TABLE', 't'],
  ['ALTER DOMAIN d DROP NOT NULL;', 'definition', 'ALTER DOMAIN', 'd'],
  ['ALTER TABLE t RENAME owner TO x;', 'definition', 'ALTER TABLE', 't'],
  ['ALTER TABLE public.t OWNER TO "Bob";', 'owner', 'ALTER TABLE', 'public.t'],
  ['ALTER TABLE t OWNER TO bob, ADD COLUMN c int;', 'definition', 'ALTER TABLE', 't'],
  ['ALTER FUNCTION public.f(x integer, y text) OWNER TO bob;', 'owner', 'ALTER FUNCTION', 'public.f'],
  ['ALTER OPERATOR CLASS public.c USING btree OWNER TO bob;', 'owner', 'ALTER OPERATOR CLASS', 'public.c'],
  ['ALTER AGGREGATE public.a(*) OWNER TO bob', 'owner', 'ALTER AGGREGATE', 'public.a'],
  ['ALTER DATABASE d SET x = 1;', 'destroy', 'ALTER DATABASE', 'd'],
  ["ALTER SYSTEM SET x = 'y';", 'destroy', 'ALTER SYSTEM'],
  ['ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT SELECT ON TABLES TO x;', 'privilege', 'ALTER DEFAULT PRIVILEGES'],
  ['GRANT SELECT(a), INSERT ON TABLE public.t TO bob;', 'privilege', 'GRANT', 'public.t'],
  ['GRANT ALL ON FUNCTION public.f(x int) TO bob;', 'privilege', 'GRANT', 'public.f'],
  ['GRANT USAGE ON SCHEMA s TO bob;', 'privilege', 'GRANT', 's'],
  ['GRANT USAGE ON FOREIGN SERVER s TO bob;', 'privilege', 'GRANT', 's'],
  ['GRANT admin TO bob;', 'privilege', 'GRANT', 'admin'],
  ['GRANT "Admin" TO bob;', 'privilege', 'GRANT', '"Admin"'],
  ['GRANT SELECT ON ALL TABLES IN SCHEMA s TO bob;', 'privilege', 'GRANT', 's'],
  ['REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "S" FROM bob;', 'privilege', 'REVOKE', '"S"'],
  ['GRANT SELECT ON ALL IN a;', 'privilege', 'GRANT', 'IN'],
  ['GRANT', 'privilege', 'GRANT'],
  ["GRANT 'x'", 'privilege', 'GRANT'],
  ['COMMENT nothing', 'definition', 'COMMENT'],
  ['REVOKE ALL ON public.t FROM PUBLIC;', 'privilege', 'REVOKE', 'public.t'],
  ["INSERT INTO public.t VALUES ('secret');", 'data', 'INSERT', 'public.t'],
  ["UPDATE ONLY t SET a = 'secret';", 'data', 'UPDATE', 't'],
  ['COPY public.t (a) FROM stdin;', 'data', 'COPY', 'public.t'],
  ['COPY (SELECT 1) TO STDOUT;', 'data', 'COPY'],
  ["SELECT pg_catalog.setval('public.s', 1, true);", 'data', 'SELECT', 'pg_catalog.setval'],
  ["SELECT pg_catalog.lo_create('1');", 'data', 'SELECT', 'pg_catalog.lo_create'],
  ["SELECT lowrite(0, '\\x00');", 'data', 'SELECT', 'lowrite'],
  ["SELECT pg_catalog.lo_unlink('1');", 'destroy', 'SELECT', 'pg_catalog.lo_unlink'],
  ['REFRESH MATERIALIZED VIEW CONCURRENTLY public.m;', 'refresh', 'REFRESH MATERIALIZED VIEW', 'public.m'],
  ['DROP TABLE IF EXISTS public.t;', 'destroy', 'DROP TABLE', 'public.t'],
  ['DROP SCHEMA s CASCADE;', 'destroy', 'DROP SCHEMA', 's'],
  ['TRUNCATE TABLE ONLY t;', 'destroy', 'TRUNCATE', 't'],
  ['DELETE FROM t;', 'destroy', 'DELETE', 't'],
  [
    "SELECT * FROM pg_catalog.pg_restore_relation_stats('relname', 't');",
    'statistics',
    'SELECT',
    'pg_catalog.pg_restore_relation_stats',
  ],
  ["SELECT pg_restore_attribute_stats('relname', 't');", 'statistics', 'SELECT', 'pg_restore_attribute_stats'],
  ['SELECT * FROM lo_unlink(1);', 'destroy', 'SELECT', 'lo_unlink'],
  ['SELECT * FROM public.t;', 'query', 'SELECT', 'public.t'],
  ['SELECT *;', 'query', 'SELECT'],
  ['SELECT 1;', 'query', 'SELECT'],
  ["SELECT 'secret';", 'query', 'SELECT'],
  ['SELECT setval;', 'query', 'SELECT', 'setval'],
  ['SELECT other.setval(1);', 'query', 'SELECT', 'other.setval'],
  ['((SELECT 1));', 'query', 'SELECT'],
  ['WITH x AS (SELECT 1) SELECT 2;', 'query', 'WITH'],
  ["VALUES ('secret');", 'query', 'VALUES'],
  ['TABLE t;', 'query', 'TABLE', 't'],
  ['SHOW x;', 'query', 'SHOW', 'x'],
  ['/* a */ -- b\n DROP /* c */ TABLE t;', 'destroy', 'DROP TABLE', 't'],
  ['', 'definition', ''],
  ["'secret'", 'definition', ''],
]

test.each(TABLE)('%s', (sql, kind, command, object) => {
  const expected = object === undefined ? { kind, command } : { kind, command, object }
  expect(summarize(sql)).toEqual(expected)
  expect(summarize(Buffer.from(sql))).toEqual(expected)
})

test.each([
  ['ALTER LARGE OBJECT 16400 OWNER TO bob;', 'owner'],
  ['GRANT SELECT ON LARGE OBJECT 1 TO bob;', 'privilege'],
  ['REVOKE ALL ON LARGE OBJECT 1, 2 FROM bob;', 'privilege'],
  ["COMMENT ON LARGE OBJECT 1 IS 'x';", 'definition'],
  ["SECURITY LABEL FOR p ON LARGE OBJECT 1 IS 'x';", 'definition'],
])('%s is about a large object', (sql, kind) => {
  expect(summarize(sql)).toMatchObject({ kind, isOfLargeObject: true })
  expect(summarize(sql.replace('LARGE OBJECT 1', 'TABLE t'))).not.toHaveProperty('isOfLargeObject')
})

const SETTINGS: [string, string | undefined, string | undefined][] = [
  ["SET client_encoding = 'UTF8';", 'client_encoding', 'UTF8'],
  ['SET search_path TO a, b;', 'search_path', undefined],
  ['SET LOCAL Lock_Timeout = 0', 'lock_timeout', '0'],
  ['SET x.y TO -1;', 'x.y', '-1'],
  ["SET x.y TO -'1';", 'x.y', undefined],
  ['RESET work_mem;', 'work_mem', undefined],
  ["SET a = E'b\\n';", 'a', undefined],
  ["SET a = 'it''s';", 'a', "it's"],
  ["SET TIME ZONE 'UTC';", 'timezone', 'UTC'],
  ['SET SESSION AUTHORIZATION DEFAULT;', 'session_authorization', 'DEFAULT'],
  ['SET ROLE "Bob";', 'role', 'Bob'],
  ['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;', undefined, undefined],
  ['RESET ALL;', 'all', undefined],
  ["SELECT pg_catalog.set_config('search_path', '', false);", 'search_path', ''],
  ["SELECT set_config('a.B', current_user, false);", 'a.b', undefined],
  ["SELECT set_config('a', 'x' || 'y', false);", 'a', undefined],
  ["SET a = 'größe';", 'a', 'größe'],
]
test.each(SETTINGS)('%s', (sql, setting, value) => {
  for (const form of [sql, Buffer.from(sql)]) {
    const summary = summarize(form)
    expect([summary.kind, summary.setting, summary.value]).toEqual(['session', setting, value])
  }
})

describe('summarize', () => {
  test('gives names back in the characters of the script', () => {
    expect(summarize(Buffer.from('DROP TABLE "größe"')).object).toBe('"größe"')
  })

  test('reads past a leading comment of any length', () => {
    expect(summarize(Buffer.from(`/*${'x'.repeat(20_000)}*/ DROP TABLE t;`)).command).toBe('DROP TABLE')
  })

  test('names SET SESSION AUTHORIZATION', () => {
    expect(summarize("SET SESSION AUTHORIZATION 'x';").command).toBe('SET SESSION AUTHORIZATION')
  })
})

test.each([
  ['COPY t FROM STDIN;', 'stdin'],
  ['copy t (a) from stdout', 'stdin'],
  ['COPY t TO STDOUT;', 'stdout'],
  ['COPY t TO stdin;', 'stdout'],
  ['COPY (SELECT a FROM stdin) TO STDOUT;', 'stdout'],
  ["COPY t FROM '/etc/passwd';", 'file'],
  ["COPY t TO E'/tmp/x';", 'file'],
  ["COPY t FROM N'/tmp/x';", 'file'],
  ["COPY t FROM PROGRAM 'curl';", 'program'],
  ["COPY (SELECT 1) TO PROGRAM 'sh';", 'program'],
  ['/* x */ COPY t FROM/**/stdin', 'stdin'],
  [`COPY t (${'a, '.repeat(10_000)}a) FROM stdin;`, 'stdin'],
  ['COPY t FROM', undefined],
  ['COPY t', undefined],
  ['SELECT 1', undefined],
  ['', undefined],
])('the endpoint of %s', (sql, endpoint) => {
  expect(copyEndpoint(sql)).toBe(endpoint)
  expect(copyEndpoint(Buffer.from(sql))).toBe(endpoint)
})
