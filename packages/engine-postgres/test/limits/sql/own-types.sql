-- Types that users make, and types made of those.
CREATE TYPE mood AS ENUM ('', 'ok', 'hap''py', '"q"', E'\\.', E'a\tb', 'a,b', 'NULL', '漢');
CREATE TYPE nothing AS ENUM ();
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN code AS text COLLATE "C" DEFAULT 'x' CONSTRAINT short CHECK (length(VALUE) < 9);
CREATE DOMAIN codes AS code[] CHECK (array_ndims(VALUE) = 1);
CREATE TYPE inner_row AS (x int, "Y y" text, m mood);
CREATE DOMAIN checked_row AS inner_row CHECK ((VALUE).x IS NULL OR (VALUE).x > 0);
CREATE TYPE outer_row AS (r inner_row, several inner_row[], d positive, c checked_row, none nothing);
CREATE TYPE empty_row AS ();
CREATE TYPE span AS RANGE (subtype = text, collation = "C");
CREATE TYPE mood_span AS RANGE (subtype = mood);
CREATE DOMAIN short_span AS span CHECK (lower(VALUE) < 'zz');
CREATE TABLE own (m mood, ms mood[], n nothing, p positive, ps positive[], c code, cs codes, r inner_row, rs inner_row[], o outer_row, e empty_row,
  cr checked_row, s span, ss span[], q mood_span, h short_span);
INSERT INTO own (m) SELECT unnest(enum_range(NULL::mood));
INSERT INTO own (ms, ps, c, cs) VALUES (enum_range(NULL::mood), '{1,NULL}', '', ARRAY['', 'a,b', 'c"d', E'e\\f', NULL, 'NULL']);
INSERT INTO own (r) VALUES (NULL), (ROW(NULL, NULL, NULL)), (ROW(1, '', '')), (ROW(2, E'a"b\\c,d(e)f\n\t\\.', '"q"')), (ROW(3, 'NULL', 'NULL'));
INSERT INTO own (rs) SELECT array_agg(r) FROM own;
INSERT INTO own (o, e, cr) SELECT ROW(r, ARRAY[r, NULL, r], 1, ROW(1, E'\\', 'ok')::inner_row, NULL)::outer_row, ROW()::empty_row, r FROM own WHERE r IS NOT NULL;
INSERT INTO own (s, q) VALUES ('empty', 'empty'), ('(,)', '(,)'), (span('', E'a"b\\c,d)\n', '[]'), mood_span('', 'ok')), (span('(', '[', '()'), NULL);
INSERT INTO own (ss, h) SELECT array_agg(s), '[a,b]'::span FROM own;
CREATE TABLE of_rows OF inner_row;
INSERT INTO of_rows VALUES (1, 'typed', 'ok');
-- A column that is a whole row of another table.
CREATE TABLE holds_rows (t of_rows, ts of_rows[]);
INSERT INTO holds_rows SELECT o, ARRAY[o, NULL] FROM of_rows o;
-- A label in the middle, which no row may have before the transaction ends.
ALTER TYPE mood ADD VALUE 'between' BEFORE 'ok';
