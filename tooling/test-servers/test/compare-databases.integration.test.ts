import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareDatabases, startServer, type TestServer } from '../src/index.ts'

const sql = `
  CREATE TABLE t (a int, j json); INSERT INTO t VALUES (1, '{}'), (1, '{}'), (NULL, NULL);
  CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
  CREATE TABLE p_rest PARTITION OF p DEFAULT; INSERT INTO p VALUES (1), (2);
  CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t; CREATE SEQUENCE s;
  SELECT lo_from_bytea(1000, 'x'); COMMENT ON LARGE OBJECT 1000 IS 'c'`

const changes: [string, string | RegExp][] = [
  ['UPDATE t SET a = 2 WHERE ctid = (SELECT min(ctid) FROM t)', 'public.t: 1 rows are missing, 1 are too many'],
  ['DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)', 'public.t: 1 rows are missing, 0 are too many'],
  ['INSERT INTO t VALUES (NULL, NULL)', 'public.t: 0 rows are missing, 1 are too many'],
  ["UPDATE t SET j = '{ }' WHERE a = 1", 'public.t: 2 rows are missing, 2 are too many'],
  ['ALTER TABLE p DETACH PARTITION p_rest', /public.p: 1 rows are missing/],
  ['REFRESH MATERIALIZED VIEW m WITH NO DATA', /missing: public.m m p true/],
  ["SELECT nextval('s')", /missing: public.s1false/],
  ['DROP TABLE p', /missing: public.p p/],
  ['ALTER TABLE t SET UNLOGGED', /missing: public.t r p/],
  ["SELECT lo_put(1000, 0, 'y')", /missing: large object 1000/],
  ['COMMENT ON LARGE OBJECT 1000 IS NULL', /missing: large object 1000/],
  ['GRANT SELECT ON LARGE OBJECT 1000 TO PUBLIC', /missing: large object 1000/],
  ['SELECT lo_create(1001)', /added: large object 1001/],
]

describe('compareDatabases', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(16)
    await server.createDatabase('one')
    await server.query(sql, 'one')
  })
  afterAll(() => server.stop())

  test('finds two databases of the same statements equal', async () => {
    await server.createDatabase('same')
    await server.query(sql, 'same')
    expect(await compareDatabases(server, 'one', 'same')).toEqual({ rows: 6, differences: [] })
  })

  test.each(changes)('sees %s', async (change, difference) => {
    await server.createDatabase(change.slice(0, 50), 'TEMPLATE one')
    await server.query(change, change.slice(0, 50))
    const { differences } = await compareDatabases(server, 'one', change.slice(0, 50))
    expect(differences.join('\n')).toMatch(difference)
  })
})
