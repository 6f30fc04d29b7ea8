import { describe, expect, test } from 'vitest'
import { openRenamer } from '../../src/rename/index.ts'
import { objectPlan } from './plans.ts'

const to = (name: string, schema = 's') => ({ schema, name })
const plan = objectPlan({
  'relation s.t': to('copy'),
  'type s.t': to('copy'),
  'relation s.old': to('older'),
  'relation s.excluded': to('included'),
  'relation s.t_pkey': to('copy_pkey'),
  'relation s.t_key': to('copy_key'),
  'relation s.t_idx': to('copy_idx'),
  'relation s.t_id_seq': to('copy_id_seq'),
  'constraint s.t.t_pkey': to('copy_pkey'),
  'function s.f': to('g'),
  'type s.ty': to('ty2', 'new'),
})

const cases: Readonly<Record<string, readonly (readonly [sql: string, renamed: string])[]>> = {
  'a query goes on to call it by its old name': [
    ['SELECT t.a, t.* FROM s.t', 'SELECT t.a, t.* FROM s.copy AS t'],
    ['SELECT x.a FROM ONLY s.t x JOIN s.t USING (t)', 'SELECT x.a FROM ONLY s.copy x JOIN s.copy AS t USING (t)'],
    ['SELECT s.t.a FROM s.t', 'SELECT t.a FROM s.copy AS t'],
    ['SELECT t FROM s.t TABLESAMPLE system (10)', 'SELECT t FROM s.copy AS t TABLESAMPLE system (10)'],
    ['SELECT 1 FROM t, (SELECT 2 FROM s.t) q', 'SELECT 1 FROM t, (SELECT 2 FROM s.copy AS t) q'],
    ['INSERT INTO s.t (t) VALUES (1) RETURNING t.t', 'INSERT INTO s.copy AS t (t) VALUES (1) RETURNING t.t'],
    ['UPDATE s.t SET t = 1 FROM s.t x WHERE t.a = x.a', 'UPDATE s.copy AS t SET t = 1 FROM s.copy x WHERE t.a = x.a'],
    ['DELETE FROM s.t USING s.old WHERE t.a = old.a', 'DELETE FROM s.copy AS t USING s.older AS old WHERE t.a = old.a'],
    [
      'MERGE INTO s.t USING s.old ON t.a = old.a WHEN MATCHED THEN DELETE',
      'MERGE INTO s.copy AS t USING s.older AS old ON t.a = old.a WHEN MATCHED THEN DELETE',
    ],
  ],
  'expressions of its own take the new name': [
    [
      'CREATE TABLE s.t (t integer, CHECK (t.t > 0), CHECK ((t.* IS NOT NULL)))',
      'CREATE TABLE s.copy (t integer, CHECK (copy.t > 0), CHECK ((copy.* IS NOT NULL)))',
    ],
    [
      'ALTER TABLE s.t ADD CONSTRAINT t CHECK (s.t.t > t.t)',
      'ALTER TABLE s.copy ADD CONSTRAINT t CHECK (s.copy.t > copy.t)',
    ],
    [
      'CREATE POLICY t ON s.t USING (t.a > 0 AND EXISTS (SELECT 1 FROM s.u WHERE u.t = t.a) AND EXISTS (SELECT 1 FROM s.t t2 WHERE t2.a = t.a))',
      'CREATE POLICY t ON s.copy USING (copy.a > 0 AND EXISTS (SELECT 1 FROM s.u WHERE u.t = copy.a) AND EXISTS (SELECT 1 FROM s.copy t2 WHERE t2.a = copy.a))',
    ],
    [
      'CREATE POLICY p ON s.t USING (EXISTS (SELECT t.a FROM s.t))',
      'CREATE POLICY p ON s.copy USING (EXISTS (SELECT t.a FROM s.copy AS t))',
    ],
    ['CREATE INDEX t_idx ON s.t (t) WHERE t.t > 0', 'CREATE INDEX copy_idx ON s.copy (t) WHERE copy.t > 0'],
    ['CREATE STATISTICS s.t_idx ON t, (t.t + 1) FROM s.t', 'CREATE STATISTICS s.t_idx ON t, (copy.t + 1) FROM s.copy'],
    [
      'CREATE PUBLICATION t FOR TABLE s.t (t) WHERE ((t.t > 0))',
      'CREATE PUBLICATION t FOR TABLE s.copy (t) WHERE ((copy.t > 0))',
    ],
    ['COPY s.t (t) FROM stdin WHERE t.t > 0', 'COPY s.copy (t) FROM stdin WHERE copy.t > 0'],
    ['CREATE TABLE other.t (t integer CHECK (t.t > 0))', 'CREATE TABLE other.t (t integer CHECK (t.t > 0))'],
  ],
  'OLD, NEW and EXCLUDED are no tables': [
    [
      'CREATE RULE r AS ON UPDATE TO s.old WHERE old.a > new.a DO NOTHING',
      'CREATE RULE r AS ON UPDATE TO s.older WHERE old.a > new.a DO NOTHING',
    ],
    [
      'CREATE TRIGGER t BEFORE UPDATE ON s.old FOR EACH ROW WHEN (old.a > 0) EXECUTE FUNCTION s.x()',
      'CREATE TRIGGER t BEFORE UPDATE ON s.older FOR EACH ROW WHEN (old.a > 0) EXECUTE FUNCTION s.x()',
    ],
    [
      'INSERT INTO s.t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a',
      'INSERT INTO s.copy AS t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a',
    ],
  ],
  'parameters follow their function': [
    [
      'CREATE FUNCTION s.f(t integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT f.t; SELECT f.t FROM s.t f; END',
      'CREATE FUNCTION s.g(t integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT g.t; SELECT f.t FROM s.copy f; END',
    ],
    [
      'CREATE FUNCTION s.f(t s.ty) RETURNS integer LANGUAGE sql RETURN f.t.a',
      'CREATE FUNCTION s.g(t new.ty2) RETURNS integer LANGUAGE sql RETURN g.t.a',
    ],
    [
      'CREATE FUNCTION f(t integer) RETURNS integer LANGUAGE sql RETURN f.t',
      'CREATE FUNCTION f(t integer) RETURNS integer LANGUAGE sql RETURN f.t',
    ],
  ],
  'constraints with an index follow it, others stay': [
    [
      'ALTER TABLE ONLY s.t ADD CONSTRAINT t_pkey PRIMARY KEY (t)',
      'ALTER TABLE ONLY s.copy ADD CONSTRAINT copy_pkey PRIMARY KEY (t)',
    ],
    [
      'ALTER TABLE s.t ADD CONSTRAINT t_key UNIQUE USING INDEX t_idx',
      'ALTER TABLE s.copy ADD CONSTRAINT copy_key UNIQUE USING INDEX copy_idx',
    ],
    [
      'ALTER TABLE s.t ADD CONSTRAINT t_key FOREIGN KEY (a) REFERENCES s.t(t)',
      'ALTER TABLE s.copy ADD CONSTRAINT t_key FOREIGN KEY (a) REFERENCES s.copy(t)',
    ],
    ['ALTER TABLE s.t ADD CONSTRAINT t_key CHECK (true)', 'ALTER TABLE s.copy ADD CONSTRAINT t_key CHECK (true)'],
    [
      'ALTER TABLE s.t DROP CONSTRAINT t_pkey, DROP CONSTRAINT t_key',
      'ALTER TABLE s.copy DROP CONSTRAINT copy_pkey, DROP CONSTRAINT t_key',
    ],
    ['COMMENT ON CONSTRAINT t_pkey ON s.t IS NULL', 'COMMENT ON CONSTRAINT copy_pkey ON s.copy IS NULL'],
    ['COMMENT ON CONSTRAINT t_key ON s.t IS NULL', 'COMMENT ON CONSTRAINT t_key ON s.copy IS NULL'],
    [
      'ALTER TABLE s.t CLUSTER ON t_pkey, REPLICA IDENTITY USING INDEX t_idx',
      'ALTER TABLE s.copy CLUSTER ON copy_pkey, REPLICA IDENTITY USING INDEX copy_idx',
    ],
    ['CLUSTER s.t USING t_idx', 'CLUSTER s.copy USING copy_idx'],
    ['ALTER INDEX s.t_pkey ATTACH PARTITION s.t_idx', 'ALTER INDEX s.copy_pkey ATTACH PARTITION s.copy_idx'],
    [
      'INSERT INTO s.t VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING',
      'INSERT INTO s.copy AS t VALUES (1) ON CONFLICT ON CONSTRAINT copy_pkey DO NOTHING',
    ],
    [
      'INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING',
      'INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING',
    ],
    [
      'CREATE INDEX t_idx ON other.t (a); CREATE INDEX t_idx ON t (a)',
      'CREATE INDEX t_idx ON other.t (a); CREATE INDEX t_idx ON t (a)',
    ],
  ],
  'names of constraints are looked for in the table that they are of': [
    [
      'ALTER TABLE s.t ADD CONSTRAINT t_key UNIQUE (t) WITH (t=1)',
      'ALTER TABLE s.copy ADD CONSTRAINT copy_key UNIQUE (t) WITH (t=1)',
    ],
    [
      'CREATE FUNCTION s.x() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING; END',
      'CREATE FUNCTION s.x() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING; END',
    ],
  ],
  'sequences and types': [
    [
      "ALTER TABLE ONLY s.t ALTER t SET DEFAULT nextval('s.t_id_seq'::regclass)",
      "ALTER TABLE ONLY s.copy ALTER t SET DEFAULT nextval('s.copy_id_seq'::regclass)",
    ],
    ['CREATE SEQUENCE s.t_id_seq OWNED BY s.t.t', 'CREATE SEQUENCE s.copy_id_seq OWNED BY s.copy.t'],
    ['CREATE TABLE s.u (a s.t, b s.t[], c s.ty(3))', 'CREATE TABLE s.u (a s.copy, b s.copy[], c new.ty2(3))'],
    ['ALTER TYPE s.ty ALTER ATTRIBUTE ty TYPE s.t', 'ALTER TYPE new.ty2 ALTER ATTRIBUTE ty TYPE s.copy'],
  ],
}

describe.each(Object.entries(cases))('of a table with a new name, %s', (_rule, rows) => {
  test.each(rows)('%s', async (sql, renamed) => {
    expect((await openRenamer(plan)).rename(sql).sql).toBe(renamed)
  })
})
