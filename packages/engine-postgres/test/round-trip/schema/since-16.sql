-- What came with PostgreSQL 15 and 16.
CREATE SCHEMA newer;
CREATE TABLE newer.docs (id int PRIMARY KEY, a int, b int, v text STORAGE EXTERNAL COMPRESSION pglz, UNIQUE NULLS NOT DISTINCT (a, b));
INSERT INTO newer.docs VALUES (1, NULL, 1, repeat('x', 5000)), (2, 2, 2, NULL);
CREATE TABLE newer.refs (a int, b int, FOREIGN KEY (a) REFERENCES newer.docs ON DELETE SET NULL (a));
INSERT INTO newer.refs VALUES (1, 1), (NULL, 2);
CREATE VIEW newer.as_caller WITH (security_invoker = true) AS SELECT id FROM newer.docs;
CREATE PUBLICATION filtered FOR TABLE newer.docs (id, a) WHERE (a > 1);
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA newer;
CREATE SUBSCRIPTION waiting CONNECTION 'host=nowhere password=pp' PUBLICATION news
  WITH (connect = false, slot_name = NONE, origin = none, run_as_owner = true);
COMMENT ON SUBSCRIPTION waiting IS 'a comment on a subscription';
CREATE FUNCTION newer.numbers() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC SELECT id FROM newer.docs; SELECT a FROM newer.docs; END;
CREATE TABLE newer.multi (r int4multirange, t text COLLATE "und-x-icu");
INSERT INTO newer.multi VALUES ('{[1,2),[5,9)}', 'é');
