-- Names that break what quotes or prints them carelessly.
CREATE SCHEMA "We ird ""Sch.éma";
CREATE TABLE "We ird ""Sch.éma"."Tab le
with newline" ("Col ""1" int PRIMARY KEY, "select" text, "é漢🐘" text, "tab	col" int, "new
line" text DEFAULT 'x', "back\slash" text, "$1" text, "it's" serial);
INSERT INTO "We ird ""Sch.éma"."Tab le
with newline" VALUES (1, 'a', 'b', 1, 'c', 'd', 'e'), (2, NULL, '', NULL, E'\n', E'\\', '$1');
CREATE INDEX "Idx; DROP TABLE x; --" ON "We ird ""Sch.éma"."Tab le
with newline" (lower("select"), ("Col ""1" + 1)) WHERE "é漢🐘" IS NOT NULL;
COMMENT ON INDEX "We ird ""Sch.éma"."Idx; DROP TABLE x; --" IS E'a\\b\n\\! touch pgark-was-here\n\\.\n$$ /* --';
CREATE TABLE "select" ("table" int, "from" int, "user" text);
INSERT INTO "select" VALUES (1, 2, 'u');
CREATE TABLE "x; Type: TABLE; Schema: public; Owner: nobody" (id int);
INSERT INTO "x; Type: TABLE; Schema: public; Owner: nobody" VALUES (1);
CREATE TABLE "sixty-three bytes 漢字漢字漢字漢字漢字漢字漢字漢" ("ends here 67890123456789012345678901234567890123456789012345678é" int);
INSERT INTO "sixty-three bytes 漢字漢字漢字漢字漢字漢字漢字漢" VALUES (63);
CREATE TABLE "
\! touch pgark-was-here
\copy x from /etc/passwd
--" ("
\q" int);
INSERT INTO "
\! touch pgark-was-here
\copy x from /etc/passwd
--" VALUES (1), (2);
COMMENT ON TABLE "
\! touch pgark-was-here
\copy x from /etc/passwd
--" IS E'\n\\! touch pgark-was-here\n\\.\n';
DO $$ BEGIN -- A carriage return would not survive in a checked-out file.
  EXECUTE format('CREATE TABLE %I ("""" int, "''''" int, " " int)', E'carriage return and\r\nnewline');
  EXECUTE format('INSERT INTO %I VALUES (1, 2, 3)', E'carriage return and\r\nnewline');
END $$;
CREATE TYPE "en""um'
\!" AS ENUM (E'\n\\! touch pgark-was-here', 'it''s', 'back\slash');
CREATE TABLE "en
um" (v "en""um'
\!" DEFAULT E'\n\\! touch pgark-was-here');
INSERT INTO "en
um" VALUES (DEFAULT), ('it''s'), ('back\slash');
CREATE VIEW "vi""ew'; DROP SCHEMA public; --" AS SELECT v AS "as" FROM "en
um" WHERE v <> E'\n\\! touch pgark-was-here';
CREATE FUNCTION "fun()""c"("ar
g" text DEFAULT E'\n\\q') RETURNS text LANGUAGE sql AS E'select ''\n\\! touch pgark-was-here\n''::text';
COMMENT ON FUNCTION "fun()""c"(text) IS '/* open comment';
CREATE SEQUENCE "se'q\";
SELECT setval('"se''q\"', 5);
CREATE MATERIALIZED VIEW "mat
view" AS SELECT 1 AS "1";
