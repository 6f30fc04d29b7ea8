/** One use of each feature of the rules, for a database of the first version that has it. */
export interface Case {
  readonly sql: string
  /** The first version whose pg_dump says it. */
  readonly dumpedSince?: number
  /** What has it, as it is told. */
  readonly objects: readonly string[]
  /** What the restored database must answer instead: asked there, not of us. */
  readonly instead?: { readonly sql: string; readonly answer: unknown }
}

const constraintsOf = (table: string) =>
  `SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), '; ' ORDER BY conname) AS answer FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype <> 'n'`
const notNullOf = (table: string) =>
  `SELECT string_agg(attname, ',' ORDER BY attname) AS answer FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnotnull AND attnum > 0`
const rightsOn = (table: string) => `SELECT relacl::text AS answer FROM pg_class WHERE oid = '${table}'::regclass`
const subscription = (parameters: string) =>
  `CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere application_name=streaming' PUBLICATION news WITH (connect = false, slot_name = NONE, ${parameters})`
const subscribed = {
  sql: 'SELECT subenabled AS answer FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
  answer: false,
}

export const cases: Readonly<Record<string, Case>> = {
  'The compression method of a column': {
    sql: "CREATE TABLE t (a text COMPRESSION pglz, b text); INSERT INTO t VALUES (repeat('x', 9999), 'SET COMPRESSION')",
    objects: ['TABLE public.t'],
    instead: { sql: 'SELECT sum(length(a)) AS answer FROM t', answer: '9999' },
  },
  'The multirange type of a range type': {
    sql: `CREATE TYPE app AS RANGE (subtype = float8, multirange_type_name = "m,=( r");
          CREATE TABLE t (r app); INSERT INTO t VALUES ('[1,2)')`,
    objects: ['TYPE public.app'],
    instead: { sql: 'SELECT upper(r) AS answer FROM t', answer: 2 },
  },
  'Multirange types': {
    sql: `CREATE TYPE span AS RANGE (subtype = float8); CREATE TABLE t (r int4multirange);
          CREATE TABLE own (r spanmultirange); CREATE TABLE named (int4multirange int, a int, datemultirange int);
          CREATE VIEW v AS SELECT int4multirange, datemultirange AS nummultirange FROM named; CREATE DOMAIN d AS datemultirange;
          CREATE FUNCTION f(nummultirange) RETURNS int LANGUAGE sql AS 'SELECT 1 -- tsmultirange';
          CREATE TABLE told (a text DEFAULT 'int4multirange')`
      .replaceAll('spanmultirange', 'span_multirange')
      .replace('subtype = float8', 'subtype = float8, multirange_type_name = span_multirange'),
    objects: ['DOMAIN public.d', 'FUNCTION public.f(nummultirange)', 'TABLE public.own', 'TABLE public.t'],
  },
  'SUBSCRIPT of a base type': {
    sql: `CREATE TYPE pt; CREATE FUNCTION pt_in(cstring) RETURNS pt LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
          CREATE FUNCTION pt_out(pt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
          CREATE TYPE pt (INPUT = pt_in, OUTPUT = pt_out, INTERNALLENGTH = 16, ELEMENT = float8, ALIGNMENT = double);
          CREATE TABLE t (p pt); INSERT INTO t VALUES ('(1,2)')`,
    objects: ['TYPE public.pt'],
    instead: { sql: 'SELECT p[1] AS answer FROM t', answer: 2 },
  },
  'Bodies of functions in SQL: BEGIN ATOMIC, RETURN': {
    sql: `CREATE FUNCTION a(x int) RETURNS int LANGUAGE sql RETURN x + 1;
          CREATE FUNCTION b() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
          CREATE FUNCTION c() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$`,
    objects: ['FUNCTION public.a(integer)', 'FUNCTION public.b()'],
  },
  'Procedures with OUT arguments': {
    sql: `CREATE PROCEDURE p(IN a int, OUT b int) LANGUAGE sql AS 'SELECT a';
          CREATE PROCEDURE q(INOUT b int) LANGUAGE sql AS 'SELECT b'`,
    objects: ['PROCEDURE public.p(integer)'],
  },
  'Extended statistics of expressions': {
    sql: `CREATE TABLE t (a int, b text); CREATE STATISTICS s ON lower(b), a FROM t; COMMENT ON STATISTICS s IS 'x';
          ALTER STATISTICS s SET STATISTICS 50; CREATE STATISTICS one ON (a + 1) FROM t; CREATE STATISTICS old ON a, b FROM t`,
    objects: ['STATISTICS public.s', 'COMMENT public.STATISTICS s', 'STATISTICS public.one'].sort(),
    instead: { sql: 'SELECT string_agg(stxname, $$,$$) AS answer FROM pg_statistic_ext', answer: 'old' },
  },
  'BRIN indexes with bloom or minmax-multi operator classes': {
    sql: `CREATE TABLE t (a int, b date); CREATE INDEX i ON t USING brin (a int4_bloom_ops);
          CREATE INDEX j ON t USING brin (b date_minmax_multi_ops (values_per_range = 16)); CREATE INDEX k ON t USING brin (a)`,
    objects: ['INDEX public.i', 'INDEX public.j'],
  },
  'UNIQUE NULLS NOT DISTINCT': {
    sql: `CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)); CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT;
          CREATE UNIQUE INDEX j ON t (b); COMMENT ON INDEX j IS 'NULLS NOT DISTINCT'`,
    objects: ['CONSTRAINT public.t u', 'INDEX public.i'],
  },
  'Foreign keys with ON DELETE SET NULL or SET DEFAULT of some columns': {
    sql: `CREATE TABLE r (a int, b int, PRIMARY KEY (a, b));
          CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES r ON DELETE SET NULL (a), CONSTRAINT g FOREIGN KEY (a, b) REFERENCES r ON DELETE SET DEFAULT (b),
            CONSTRAINT old FOREIGN KEY (a, b) REFERENCES r ON DELETE SET NULL)`,
    objects: ['FK CONSTRAINT public.t f', 'FK CONSTRAINT public.t g'],
  },
  'numeric with a negative scale, or one above its precision': {
    sql: `CREATE TABLE t (a numeric(3,-2), b text DEFAULT 'numeric(3,-2)'); CREATE DOMAIN d AS numeric(2,5);
          CREATE TABLE old (a numeric(3,2), b numeric(3), c numeric)`,
    objects: ['DOMAIN public.d', 'TABLE public.t'],
  },
  'Views with security_invoker': {
    sql: `CREATE VIEW v WITH (security_invoker) AS SELECT 1 AS x; CREATE VIEW old WITH (security_barrier) AS SELECT 'security_invoker=' AS x`,
    objects: ['VIEW public.v'],
  },
  'Unlogged sequences': {
    sql: 'CREATE UNLOGGED TABLE t (id serial); CREATE UNLOGGED SEQUENCE s; SELECT nextval($$s$$), nextval($$s$$)',
    objects: ['SEQUENCE public.s', 'SEQUENCE public.t_id_seq'],
    instead: { sql: 'SELECT last_value AS answer FROM s', answer: '2' },
  },
  'Identity sequences that are logged otherwise than their table': {
    sql: `CREATE UNLOGGED TABLE t (id int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE t_id_seq SET LOGGED;
          CREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY (START 7)); ALTER SEQUENCE u_id_seq SET UNLOGGED`,
    objects: ['SEQUENCE public.t_id_seq', 'SEQUENCE public.u_id_seq'],
    instead: { sql: 'SELECT nextval($$u_id_seq$$) AS answer', answer: '7' },
  },
  'Publications of some rows (WHERE)': {
    sql: 'CREATE TABLE t (a int PRIMARY KEY, "WHERE" int); CREATE PUBLICATION p FOR TABLE t WHERE (a > 1); CREATE PUBLICATION q FOR TABLE t',
    objects: ['PUBLICATION TABLE public.p t'],
  },
  'Publications of some columns': {
    sql: 'CREATE TABLE "t (" (a int PRIMARY KEY, b int); CREATE PUBLICATION p FOR TABLE "t (" (a); CREATE PUBLICATION q FOR TABLE "t ("',
    objects: ['PUBLICATION TABLE public.p t ('],
  },
  'Publications of the tables in a schema': {
    sql: 'CREATE PUBLICATION p FOR TABLES IN SCHEMA public; CREATE PUBLICATION q FOR ALL TABLES',
    objects: ['PUBLICATION TABLES IN SCHEMA public.p public'],
  },
  'Subscriptions with streaming = parallel': {
    sql: subscription('streaming = parallel'),
    objects: ['SUBSCRIPTION sub'],
    instead: subscribed,
  },
  'Subscriptions with binary': { sql: subscription('binary'), objects: ['SUBSCRIPTION sub'], instead: subscribed },
  'Subscriptions with streaming': {
    sql: subscription('streaming = on'),
    objects: ['SUBSCRIPTION sub'],
    instead: {
      sql: 'SELECT subconninfo AS answer FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
      answer: 'host=nowhere application_name=streaming',
    },
  },
  'Subscriptions with two_phase': {
    sql: subscription('two_phase'),
    objects: ['SUBSCRIPTION sub'],
    instead: subscribed,
  },
  'Subscriptions with disable_on_error': {
    sql: subscription('disable_on_error'),
    objects: ['SUBSCRIPTION sub'],
    instead: subscribed,
  },
  'Subscriptions with password_required': {
    sql: subscription('password_required = false'),
    objects: ['SUBSCRIPTION sub'],
    instead: subscribed,
  },
  'Subscriptions with run_as_owner': {
    sql: subscription('run_as_owner'),
    objects: ['SUBSCRIPTION sub'],
    instead: subscribed,
  },
  'Subscriptions with failover': { sql: subscription('failover'), objects: ['SUBSCRIPTION sub'], instead: subscribed },
  'Subscriptions with origin = none': { sql: subscription('origin = none'), objects: ['SUBSCRIPTION sub'] },
  'Collations of ICU with rules': {
    sql: `CREATE COLLATION c (provider = icu, locale = 'de', rules = '&a < b'); CREATE COLLATION old (provider = icu, locale = 'de')`,
    objects: ['COLLATION public.c'],
  },
  'Collations of the builtin provider': {
    sql: `CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8')`,
    objects: ['COLLATION public.c'],
  },
  'Event triggers on login': {
    sql: `CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION f();
          ALTER EVENT TRIGGER e DISABLE`,
    objects: ['EVENT TRIGGER e'],
  },
  'Exclusion constraints on partitioned tables': {
    sql: `CREATE TABLE t (a int4range, CONSTRAINT x EXCLUDE USING gist (a WITH =)) PARTITION BY LIST (a);
          CREATE TABLE old (a int4range, CONSTRAINT y EXCLUDE USING gist (a WITH =))`,
    objects: ['CONSTRAINT public.t x'],
  },
  'Identity columns that partitions share with their table': {
    sql: `CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY) PARTITION BY RANGE (id); CREATE TABLE t_1 PARTITION OF t DEFAULT;
          INSERT INTO t DEFAULT VALUES; CREATE TABLE old (id int GENERATED ALWAYS AS IDENTITY)`,
    objects: ['SEQUENCE public.t_id_seq'],
    instead: { sql: 'INSERT INTO t DEFAULT VALUES RETURNING id AS answer', answer: 2 },
  },
  'The access method of a partitioned table': {
    sql: 'CREATE TABLE t (a int) PARTITION BY LIST (a) USING heap; CREATE TABLE old (a int) PARTITION BY LIST (a)',
    objects: ['TABLE public.t'],
    instead: { sql: 'SELECT relam::int AS answer FROM pg_class WHERE oid = $$t$$::regclass', answer: 0 },
  },
  'The right MAINTAIN': {
    sql: `CREATE TABLE t (a int); GRANT SELECT, MAINTAIN ON t TO pg_monitor; CREATE TABLE u (a int); GRANT MAINTAIN ON u TO pg_monitor WITH GRANT OPTION;
          CREATE TABLE old (a int); GRANT ALL ON old TO pg_monitor; ALTER DEFAULT PRIVILEGES GRANT INSERT, MAINTAIN ON TABLES TO pg_monitor`,
    objects: ['ACL public.TABLE t', 'ACL public.TABLE u', 'DEFAULT ACL DEFAULT PRIVILEGES FOR TABLES'],
    instead: { sql: rightsOn('t'), answer: '{postgres=arwdDxt/postgres,pg_monitor=r/postgres}' },
  },
  'A comment on the NOT NULL constraint of a domain': {
    dumpedSince: 18,
    sql: `CREATE DOMAIN d AS int CONSTRAINT n NOT NULL CONSTRAINT c CHECK (VALUE > 0);
          COMMENT ON CONSTRAINT n ON DOMAIN d IS 'n'; COMMENT ON CONSTRAINT c ON DOMAIN d IS 'c'`,
    objects: ['COMMENT public.CONSTRAINT n ON DOMAIN d'],
    instead: {
      sql: 'SELECT string_agg(description, $$,$$) AS answer FROM pg_description WHERE classoid = $$pg_constraint$$::regclass AND objoid >= 16384',
      answer: 'c',
    },
  },
  'Virtual generated columns': {
    sql: `CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2)); CREATE TABLE old (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY)`,
    objects: ['TABLE public.t'],
  },
  'Temporal keys: WITHOUT OVERLAPS, PERIOD': {
    sql: `CREATE EXTENSION btree_gist; CREATE TABLE t (a int, at daterange, period int, CONSTRAINT k PRIMARY KEY (a, at WITHOUT OVERLAPS));
          CREATE TABLE u (a int, at daterange, CONSTRAINT f FOREIGN KEY (a, PERIOD at) REFERENCES t (a, PERIOD at)); CREATE TABLE old (period int UNIQUE)`,
    objects: ['CONSTRAINT public.t k', 'FK CONSTRAINT public.u f'],
  },
  'Constraints that are NOT ENFORCED': {
    sql: `CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED, CONSTRAINT f FOREIGN KEY (a) REFERENCES r NOT ENFORCED)`,
    objects: ['CHECK CONSTRAINT public.t c', 'FK CONSTRAINT public.t f'],
  },
  'Foreign keys of partitioned tables that are NOT VALID': {
    sql: `CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE t (a int) PARTITION BY LIST (a); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES r NOT VALID;
          CREATE TABLE old (a int); ALTER TABLE old ADD CONSTRAINT g FOREIGN KEY (a) REFERENCES r NOT VALID`,
    objects: ['FK CONSTRAINT public.t f'],
  },
  'Publications of generated columns': {
    sql: 'CREATE PUBLICATION p WITH (publish_generated_columns = stored); CREATE PUBLICATION q',
    objects: ['PUBLICATION p'],
  },
  'Collations of the locale PG_UNICODE_FAST': {
    sql: `CREATE COLLATION c (provider = builtin, locale = 'PG_UNICODE_FAST')`,
    objects: ['COLLATION public.c'],
  },
  'Storage parameters of vacuum: `autovacuum_vacuum_max_threshold`, `vacuum_max_eager_freeze_failure_rate`': {
    sql: `CREATE TABLE t (a int, b text) WITH (autovacuum_vacuum_max_threshold = 9, fillfactor = 70, toast.autovacuum_vacuum_max_threshold = 8);
          CREATE TABLE u (a int) WITH (vacuum_max_eager_freeze_failure_rate = 0.5)`,
    objects: ['TABLE public.t', 'TABLE public.u'],
    instead: {
      sql: 'SELECT reloptions::text AS answer FROM pg_class WHERE oid = $$t$$::regclass',
      answer: '{fillfactor=70}',
    },
  },
  'Default privileges of large objects': {
    sql: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO pg_monitor; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor',
    objects: ['DEFAULT ACL DEFAULT PRIVILEGES FOR LARGE OBJECTS'],
    instead: { sql: 'SELECT string_agg(defaclobjtype::text, $$,$$) AS answer FROM pg_default_acl', answer: 'r' },
  },
  'NOT NULL … NO INHERIT': {
    sql: `CREATE TABLE t (a int CONSTRAINT n NOT NULL NO INHERIT, "b c" int DEFAULT 3 NOT NULL NO INHERIT); INSERT INTO t VALUES (1, 2);
          COMMENT ON CONSTRAINT n ON t IS 'kept'; CREATE TABLE child () INHERITS (t); INSERT INTO child VALUES (NULL, NULL)`,
    objects: ['TABLE public.t'],
    instead: {
      sql: constraintsOf('t'),
      answer: 'n CHECK ((a IS NOT NULL)) NO INHERIT; t_b c_check CHECK (("b c" IS NOT NULL)) NO INHERIT',
    },
  },
  'NOT NULL of an inherited column': {
    sql: `CREATE TABLE t (a int, b int, "NOT NULL" int); CREATE TABLE child (x int) INHERITS (t); ALTER TABLE child ALTER b SET NOT NULL;
          ALTER TABLE child ADD CONSTRAINT n NOT NULL a; ALTER TABLE child ALTER "NOT NULL" SET NOT NULL; INSERT INTO t VALUES (NULL)`,
    objects: ['TABLE public.child'],
    instead: { sql: notNullOf('child'), answer: 'NOT NULL,a,b' },
  },
  'The name of a NOT NULL constraint': {
    sql: `CREATE TABLE t (a int CONSTRAINT "n, ( NOT NULL" NOT NULL, b text DEFAULT 'CONSTRAINT x NOT NULL' CONSTRAINT m NOT NULL, CONSTRAINT c CHECK (a IS NOT NULL))`,
    objects: ['TABLE public.t'],
    instead: { sql: notNullOf('t'), answer: 'a,b' },
  },
  'NOT NULL … NOT VALID': {
    sql: `CREATE TABLE t (a int); INSERT INTO t VALUES (NULL); ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID; COMMENT ON CONSTRAINT n ON t IS 'kept'`,
    objects: ['CONSTRAINT public.t n'],
    instead: { sql: constraintsOf('t'), answer: 'n CHECK ((a IS NOT NULL)) NOT VALID' },
  },
  'A comment on a NOT NULL constraint': {
    sql: `CREATE TABLE t (a int NOT NULL, b int CHECK (b > 0)); COMMENT ON CONSTRAINT t_a_not_null ON t IS 'n'; COMMENT ON CONSTRAINT t_b_check ON t IS 'c'`,
    objects: ['COMMENT public.CONSTRAINT t_a_not_null ON t'],
    instead: {
      sql: 'SELECT string_agg(description, $$,$$) AS answer FROM pg_description WHERE classoid = $$pg_constraint$$::regclass AND objoid >= 16384',
      answer: 'c',
    },
  },
}
