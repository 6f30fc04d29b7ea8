-- Types, operators, indexes and functions of extensions, and rows in an extension's own tables.
INSERT INTO public.settings (name, is_own) VALUES ('of the user', true), (E'tab\there', true);
INSERT INTO public.words SELECT 'word ' || i FROM generate_series(1, 50) i;
CREATE SCHEMA contrib;
CREATE EXTENSION pg_trgm SCHEMA contrib;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance CASCADE;
CREATE EXTENSION btree_gin;
CREATE EXTENSION btree_gist;
CREATE EXTENSION intarray;
CREATE EXTENSION isn;
CREATE EXTENSION seg;
CREATE EXTENSION lo;
CREATE EXTENSION unaccent;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION tablefunc;
CREATE EXTENSION fuzzystrmatch;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION bloom;
COMMENT ON EXTENSION citext IS 'our own words for it';
CREATE SCHEMA shop;
CREATE DOMAIN shop.email AS citext CHECK (VALUE ~ '@');
CREATE TABLE shop.products (
  id int PRIMARY KEY, name citext UNIQUE, path ltree, tags hstore, vector cube, numbers int[], code isbn13, size seg, picture lo,
  mail shop.email, price numeric, during tsrange, EXCLUDE USING gist (id WITH =, during WITH &&));
INSERT INTO shop.products SELECT i, 'Name ' || i, ('top.level' || i % 7 || '.leaf' || i)::ltree, hstore('k' || i, CASE WHEN i % 3 > 0 THEN i::text END),
  cube(ARRAY[i, i * 2]::float8[]), ARRAY[i, i + 1], '978-0-393-04002-9', (i || ' .. ' || i + 1)::seg, NULL, 'a@b' || i, i / 3.0,
  tsrange('2026-01-01', '2026-01-02') FROM generate_series(1, 300) i;
CREATE INDEX products_name ON shop.products USING gin (name contrib.gin_trgm_ops);
CREATE INDEX products_path ON shop.products USING gist (path);
CREATE INDEX products_tags ON shop.products USING gin (tags);
CREATE INDEX products_numbers ON shop.products USING gin (numbers public.gin__int_ops);
CREATE INDEX products_bloom ON shop.products USING bloom (id) WITH (length = 80);
CREATE TRIGGER manage BEFORE UPDATE OR DELETE ON shop.products FOR EACH ROW EXECUTE FUNCTION lo_manage(picture);
CREATE VIEW shop.similar AS SELECT a.id, b.id AS other FROM shop.products a JOIN shop.products b ON a.name OPERATOR(contrib.%) b.name AND a.id < 3;
CREATE MATERIALIZED VIEW shop.by_top AS SELECT subpath(path, 1, 1) AS top, count(*) AS n FROM shop.products GROUP BY 1;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere');
CREATE FOREIGN TABLE shop.far (id int, name citext) SERVER elsewhere;
CREATE FUNCTION shop.plain(citext) RETURNS text LANGUAGE sql STABLE AS 'SELECT unaccent($1::text)';
