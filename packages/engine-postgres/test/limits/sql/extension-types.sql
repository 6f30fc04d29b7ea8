CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION cube;
CREATE EXTENSION isn;
CREATE EXTENSION intarray;
CREATE EXTENSION pg_trgm;
CREATE TABLE extended (h hstore, hs hstore[], c citext PRIMARY KEY, cs citext[], t ltree, ts ltree[], q lquery, f ltxtquery, k cube, i isbn, a int[]);
INSERT INTO extended VALUES
  ('', '{}', 'Straße', '{a,A,NULL}', '', '{}', '*', 'a & !b', '(1,2),(3,NaN)', '978-0-393-04002-9', '{3,1,2}'),
  (E'"a\\"b"=>"c\\\\d", "NULL"=>NULL, ""=>"", "e=>f"=>"NULL", "g\n\\\\."=>"\t"', ARRAY['a=>1', NULL, ''::hstore], E'\\.', ARRAY[E'"\\', ''], 'Top.Science_1.a', '{a.b,NULL}',
   'Top.*{1,2}.!pizza@*|x%', 'Europe & Russia*@ & !Transportation', '(0)', NULL, NULL);
CREATE INDEX ON extended USING gist (t);
CREATE INDEX ON extended USING gin (h);
CREATE INDEX ON extended USING gist (a gist__int_ops);
CREATE INDEX ON extended USING gin ((c::text) gin_trgm_ops);
