/** Databases whose text must keep its bytes: in LATIN1, in EUC_JP, in no encoding at all. */
export const names = `
  CREATE TABLE "tablé" ("cé" text DEFAULT 'ö'); INSERT INTO "tablé" VALUES ('ünï'), ('£');
  COMMENT ON TABLE "tablé" IS 'é'; CREATE SEQUENCE "sé"; SELECT lo_from_bytea(77, 'x'); COMMENT ON LARGE OBJECT 77 IS 'é'`
export const kanji = `
  CREATE TABLE "表" ("漢字" text DEFAULT 'ｶﾅ'); INSERT INTO "表" VALUES ('漢字'), ('ｶﾅ'), ('丂'), (E'表\\\\ソ\\n\\\\.');
  COMMENT ON TABLE "表" IS '予約 能'; CREATE FUNCTION "関数"() RETURNS text LANGUAGE sql AS $$ SELECT '貼' $$`
export const bytes = String.raw`
  CREATE TABLE t (v text DEFAULT E'\xe9'); INSERT INTO t VALUES (E'\xe9\xff'), (E'\xc3\xbc'); COMMENT ON TABLE t IS E'\xe9'`
