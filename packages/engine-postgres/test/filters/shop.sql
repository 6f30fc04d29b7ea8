CREATE SCHEMA shop;
CREATE SCHEMA "Old Shop";
ALTER DATABASE shop SET search_path = shop, public;
CREATE TYPE shop.state AS ENUM ('open', 'paid', 'shipped');
CREATE TABLE shop.customers (id int PRIMARY KEY, email text, country char(2));
INSERT INTO shop.customers VALUES (1, 'a@example.com', 'NZ'), (2, 'b@example.org', 'DE'), (3, NULL, 'NZ');
CREATE TABLE shop.orders (
  id int PRIMARY KEY, customer_id int REFERENCES shop.customers, state shop.state, price numeric(10, 2), placed timestamptz,
  doubled numeric GENERATED ALWAYS AS (price * 2) STORED);
INSERT INTO shop.orders
  SELECT i, 1 + i % 3, (enum_range(NULL::shop.state))[1 + i % 3], i * 10, '2026-01-01 00:00+00'::timestamptz + i * interval '1 day'
  FROM generate_series(1, 12) i;
CREATE TABLE shop.lines (order_id int, line int, note text, PRIMARY KEY (order_id, line));
INSERT INTO shop.lines SELECT o, l, 'line ' || l FROM generate_series(1, 4) o, generate_series(1, 2) l;
-- No key, equal rows, a type without an equality, a name that looks for the search_path.
CREATE TABLE shop.notes (id int, body json, place point);
INSERT INTO shop.notes VALUES (1, '{"a": 1}', '(1,1)'), (1, '{"a": 1}', '(1,1)'), (2, NULL, NULL), (3, '[]', '(3,3)');
CREATE TABLE shop.watched (id int PRIMARY KEY, tab regclass);
INSERT INTO shop.watched VALUES (1, 'shop.orders'), (2, 'shop.lines');
CREATE TABLE shop.events (id int, kind text, at date, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2025 PARTITION OF shop.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (kind);
CREATE TABLE shop.events_2026_a PARTITION OF shop.events_2026 FOR VALUES IN ('a');
CREATE TABLE shop.events_2026_b PARTITION OF shop.events_2026 FOR VALUES IN ('b');
INSERT INTO shop.events VALUES (1, 'a', '2025-05-05'), (2, 'b', '2025-06-06'), (3, 'a', '2026-01-01'), (4, 'b', '2026-02-02'), (5, 'a', '2026-03-03');
CREATE TABLE shop.parents (id int);
CREATE TABLE shop.children (extra text) INHERITS (shop.parents);
INSERT INTO shop.parents VALUES (1), (2);
INSERT INTO shop.children VALUES (1, 'x'), (3, 'y');
CREATE TABLE "Old Shop"."Orders" (id int PRIMARY KEY, "select" text);
INSERT INTO "Old Shop"."Orders" VALUES (1, 'a'), (2, 'b');
CREATE VIEW shop.recent AS SELECT * FROM shop.orders;
CREATE MATERIALIZED VIEW shop.totals AS SELECT sum(price) FROM shop.orders;
CREATE SEQUENCE shop.counter;
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE shop.remote (id int) SERVER elsewhere;
CREATE TABLE shop.marks (id int);
CREATE FUNCTION shop.mark(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO shop.marks VALUES ($1); RETURN true; END';
CREATE FUNCTION shop.sly(int) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM shop.mark($1); RETURN true; END';
CREATE FUNCTION "Old Shop".is_old(int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1 < 3';

-- Not in the search_path; a name of one schema, and one of two.
CREATE SCHEMA archive;
CREATE SCHEMA attic;
CREATE TABLE archive.letters AS SELECT i AS id FROM generate_series(1, 3) i;
CREATE TABLE archive.boxes AS SELECT 1 AS id;
CREATE TABLE attic.boxes AS SELECT 2 AS id;
CREATE VIEW archive.postcards AS SELECT id FROM archive.letters;
