import { describe, expect, test } from 'vitest'
import { type CleanWarning, cleanScript, sqlCleaner } from '../src/index.ts'
import { cleaned, inChunks } from './cleaned.ts'

const strip = (script: string, bytes?: number) => cleaned(script, { qualifiers: 'strip' }, bytes)

test('names of what the script creates lose their schema, all others keep it', async () => {
  const script = `SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO keeper;
COMMENT ON SCHEMA shop IS 'the shop';
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('shop.bad', 'good');
CREATE TABLE shop.orders (id integer NOT NULL, note text DEFAULT 'shop.orders', feeling shop.mood, code shop.citext);
ALTER TABLE shop.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME shop.orders_id_seq START WITH 1);
CREATE VIEW shop.shop AS SELECT orders.id FROM shop.orders WHERE other.f(orders.id);
COPY shop.orders (id, note) FROM stdin;
1\tshop.orders
\\.
SELECT pg_catalog.setval('shop.orders_id_seq', 7, true);
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX by_note ON shop.orders USING btree (note);
COMMENT ON INDEX shop.by_note IS 'of shop.orders';
CREATE OPERATOR shop.=== (FUNCTION = shop.same, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(shop.<>>));
GRANT USAGE ON SCHEMA shop TO reader;
GRANT SELECT ON TABLE shop.orders TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA shop GRANT SELECT ON TABLES TO reader;
`
  const expected = `CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA shop;
CREATE TYPE mood AS ENUM ('shop.bad', 'good');
CREATE TABLE orders (id integer NOT NULL, note text DEFAULT 'shop.orders', feeling mood, code shop.citext);
ALTER TABLE orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME orders_id_seq START WITH 1);
CREATE VIEW shop AS SELECT orders.id FROM orders WHERE other.f(orders.id);
COPY orders (id, note) FROM stdin;
1\tshop.orders
\\.
SELECT pg_catalog.setval('orders_id_seq', 7, true);
ALTER TABLE ONLY orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX by_note ON orders USING btree (note);
COMMENT ON INDEX by_note IS 'of shop.orders';
CREATE OPERATOR === (FUNCTION = shop.same, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(<>>));
GRANT SELECT ON TABLE orders TO reader;
`
  expect(await strip(script)).toBe(expected)
  expect(await strip(script, 7)).toBe(expected)
})

test('names of any encoding, and names that need quotes', async () => {
  const utf8 = Buffer.from(
    'CREATE TABLE "Größe"."Maß" (a int);\nCOMMENT ON TABLE "Größe"."Maß" IS \'größer\';\n',
  ).toString('latin1')
  expect(await strip(utf8)).toBe(utf8.replaceAll('"Gr\xc3\xb6\xc3\x9fe".', ''))
  const latin1 = 'CREATE TABLE "Gr\xf6\xdfe"."Ma\xdf" (a int);\n'
  expect(await strip(latin1)).toBe('CREATE TABLE "Ma\xdf" (a int);\n')
})

test('bodies stay, and are told with their line', async () => {
  const script = `CREATE TABLE shop.t (a int);
CREATE FUNCTION shop.f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM shop.t';
CREATE FUNCTION shop.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
`
  const warnings: CleanWarning[] = []
  const parts: Uint8Array[] = []
  for await (const part of cleanScript(inChunks(script), { qualifiers: 'strip' }, (warning) => warnings.push(warning)))
    parts.push(part)
  expect(Buffer.concat(parts).toString()).toBe(script.replaceAll(/shop\.(?=[fg]|t \()/g, ''))
  expect(warnings).toEqual([{ line: 2, message: 'A body names the schema shop: it was left as it is.' }])
})

describe('refused', () => {
  test.each([
    ['two schemas', 'CREATE TABLE a.t (x int);\nCREATE TABLE b.t (x int);', 2, /schemas a and b/],
    ['another schema, though empty', 'CREATE SCHEMA b;\nCREATE TABLE a.t (x int);', 1, /schemas a and b/],
    [
      'another schema in the search_path',
      'CREATE TABLE a.t (x int);\nSET search_path = b, pg_catalog;',
      2,
      /schemas a and b/,
    ],
    ['rows alone', '\nCOPY a.t (x) FROM stdin;\n1\n\\.\n', 2, /creates nothing/],
    ['a schema alone', 'CREATE SCHEMA a;', 1, /creates nothing/],
    [
      'a publication of the schema',
      'CREATE TABLE a.t (x int);\nALTER PUBLICATION p ADD TABLES IN SCHEMA a;',
      2,
      /whole schema/,
    ],
    [
      'what is hidden by a name of the query',
      'CREATE TABLE a.t (x int);\nCREATE VIEW a.v AS WITH t AS (SELECT 1) SELECT * FROM a.t, t;',
      2,
      /t/,
    ],
    ['what is no SQL', 'CREATE TABLE a.t (x int);\nCREATE NONSENSE a.t;', 2, /./],
    [
      'literals of old',
      "SET standard_conforming_strings = off;\nCREATE TABLE a.t (x text DEFAULT '\\'');",
      2,
      /standard_conforming_strings/,
    ],
  ])('%s', async (_, script, line, message) => {
    const error = { code: 'REFUSED.CLEAN', message: expect.stringMatching(message), meta: { line } }
    await expect(strip(script)).rejects.toMatchObject(error)
  })

  test('in a backup', () => {
    expect(() => sqlCleaner({ qualifiers: 'strip' })).toThrow(expect.objectContaining({ code: 'USAGE.OPTIONS' }))
  })
})
