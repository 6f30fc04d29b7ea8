import { PgarkError } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inline } from '../../src/filters/inline.ts'
import type { Template } from '../../src/filters/template.ts'

// The oracle: the same statement with its values bound, as the server itself takes them.

const types = `
  CREATE TYPE mood AS ENUM ('sad', 'it''s "fine"', 'back\\slash', 'a,b');
  CREATE DOMAIN small AS int CHECK (VALUE < 100);
  CREATE DOMAIN word AS text CHECK (length(VALUE) < 6);
  CREATE TYPE pair AS (a int, b text);
  CREATE TYPE price AS RANGE (subtype = numeric)`

/** Text that each type takes; the others are only given text that they refuse. */
const samples: Readonly<Record<string, readonly string[]>> = {
  bool: ['t', 'false', 'yes'],
  int4: ['0', '-2147483648', '2147483648'],
  int8: ['9223372036854775807', '-1'],
  numeric: ['1e400', '-0.00', 'NaN', '12345678901234567890.123456789'],
  float8: ['1e308', '-Infinity', 'NaN', '0.1', '5e-324'],
  bytea: ['\\x00ff27', '\\\\', "\\047'", 'a\\\\b'],
  date: ['2026-02-28', 'infinity', '0044-03-15 BC', '2026-02-30'],
  timestamp: ['2026-01-01 12:00:00.123456', '-infinity'],
  timestamptz: ['2026-03-29 02:30:00 Europe/Berlin', '2026-01-01T00:00:00Z'],
  time: ['24:00:00', '12:30:45.5'],
  interval: ['1 year 2 mons -3 days 04:05:06', 'P1Y2M', '-1 day'],
  uuid: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a0eebc99-9c0b4ef8bb6d6bb9bd380a11}'],
  json: ['{"a": "it\'s \\\\ \\u0041"}', '[]', 'null', '{"a": }'],
  jsonb: ['{"a": "it\'s \\\\ \\u0041", "a": 2}', '"\\ud83d\\ude00"'],
  jsonpath: ['$.a[*] ? (@ > 1)', '$1'],
  xml: ["<a b='c'>d</a>", '<a>'],
  inet: ['192.168.0.1/24', '::1'],
  macaddr: ['08:00:2b:01:02:03'],
  bit: ['101', 'B101', 'xFF'],
  varbit: ['101'],
  point: ['(1,2)', '(1e300,-0)'],
  money: ['12.34', '-$1,000.00'],
  tsvector: ["'it''s':1A fat:2", 'a b c'],
  tsquery: ["'it''s' & !fat:*", 'a <-> b'],
  int4range: ['[1,5)', 'empty', '(,)'],
  int4multirange: ['{[1,3),[5,8)}', '{}'],
  tstzrange: ['["2026-01-01 00:00+00",)', '[,"2026-01-01 00:00:00+02"]'],
  price: ['[1.5,2.5]', '(,1e400)'],
  mood: ['sad', 'it\'s "fine"', 'back\\slash', 'a,b'],
  small: ['99', '100'],
  word: ['short', 'toolong', "it's"],
  pair: ['(1,"it\'s, \\\\ ""quoted""")', '(,)', '(1)'],
  _int4: ['{1,NULL,3}', '{{1,2},{3,4}}', '[0:1]={1,2}'],
  _text: ['{"it\'s","a\\\\b",NULL,"NULL",""}', '{a,"b,c"}'],
  _mood: ['{sad,"it\'s \\"fine\\"","back\\\\slash"}'],
  regclass: ['pg_class', '"Missing"'],
  char: ["'", '\\'],
  name: ["it's"],
}
const hostile = [
  '',
  "'",
  "''",
  "'; DROP TABLE x; --",
  '\\',
  "\\'",
  "\\' OR true --",
  '$1',
  '$$',
  "$q$ ' $q$",
  '/* */',
  '-- ',
  '\n',
  '\u2028',
  "U&'\\0041'",
  '😀',
  '%_',
  '{',
  '{"',
  'NULL',
  'null',
  '\0',
]

/** What the statements are that a value stands in; it is compared with a value of the type, which is what decides its own. */
const statements: readonly ((type: string, known: string) => string)[] = [
  (type) => `SELECT ($1::${type})::text, $1::${type} IS NULL`,
  (type) => `SELECT coalesce(NULL::${type}, $1)::text`,
  (type, known) => `SELECT (c = $1)::text, (c IS DISTINCT FROM $1)::text FROM (SELECT ${known}::${type} AS c) p`,
  (type, known) => `SELECT (c BETWEEN $1 AND $2)::text, c IN ($2, $1) FROM (SELECT ${known}::${type} AS c) p`,
  (type, known) => `SELECT (c = ANY ($1))::text FROM (SELECT ${known}::${type} AS c) p`,
  (type) => `SELECT unnest($1::${type}[])::text`,
  (type) => `SELECT /* $1 ' */ ROW($1::${type}, E'\\'$1', "$2".a, $q$ $1 $q$)::text FROM (SELECT 1 AS a) "$2" -- $1 '`,
  (type, known) => `SELECT CASE c WHEN $1 THEN 'first' WHEN $2 THEN $3 END FROM (SELECT ${known}::${type} AS c) p`,
]

const scalar = (type: string) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...(samples[type] ?? hostile)), weight: 6 },
    { arbitrary: fc.constantFrom(...hostile), weight: 2 },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom<unknown>(0, -1, 1.5, Number.NaN, 1e21, 2 ** 53, 42n, true, false, null),
    fc.date({ noInvalidDate: true, min: new Date('1800-01-01'), max: new Date('3000-01-01') }),
    fc.jsonValue({ noUnicodeString: false }).filter((value) => typeof value === 'object'),
  )
const valuesOf = (type: string): fc.Arbitrary<unknown> =>
  type === 'bytea' || type === '_bytea'
    ? fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.array(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
        scalar(type),
      )
    : fc.oneof({ arbitrary: scalar(type), weight: 3 }, fc.array(scalar(type), { maxLength: 4 }))

interface Case extends Template {
  readonly conforming: boolean
}

const caseOf = (type: { name: string; sql: string }): fc.Arbitrary<Case> =>
  fc
    .record({
      conforming: fc.boolean(),
      statement: fc.constantFrom(...statements),
      values: fc.tuple(valuesOf(type.name), valuesOf(type.name), valuesOf('text')),
    })
    .map(({ conforming, statement, values }) => {
      const known = samples[type.name]?.[0]
      const literal = known === undefined ? 'NULL' : `E'${known.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
      const text = statement(type.sql, literal)
      const count = /\$3 END/.test(text) ? 3 : /AND \$2/.test(text) ? 2 : 1
      return { conforming, text, values: values.slice(0, count) }
    })

let server: TestServer
const clients: pg.Client[] = []
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('types')
  await server.query(types, 'types')
  for (const conforming of ['on', 'off']) {
    const client = new pg.Client(server.url('types'))
    await client.connect()
    await client.query(`SET standard_conforming_strings = ${conforming}; SET timezone = 'America/St_Johns'`)
    clients.push(client)
  }
})
afterAll(async () => {
  for (const client of clients) await client.end()
  await server.stop()
})

/** The statement with its values in it; undefined where they have what no text of the database can have, which is found before. */
function inlined(template: Template): string | undefined {
  try {
    return inline(template).sql
  } catch (error) {
    if (error instanceof PgarkError && /NUL/.test(error.message)) return undefined
    throw error
  }
}

/** What a statement answers: its rows, or the kind of its error. */
async function outcome(client: pg.Client, config: pg.QueryArrayConfig): Promise<unknown> {
  try {
    return (await client.query(config)).rows
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code
    throw error
  }
}

async function differences({ conforming, text, values }: Case): Promise<[unknown, unknown]> {
  const client = clients[conforming ? 0 : 1] as pg.Client
  const bound = await outcome(client, { text, values: [...values], rowMode: 'array' })
  const sql = inlined({ text, values })
  if (sql === undefined) return [Array.isArray(bound) ? bound : 'refused', 'refused']
  const answer = await outcome(client, { text: sql, rowMode: 'array' })
  // Bytes are bound in the binary format, of which the server says other things when it is not that of the type.
  const isRefused = !Array.isArray(bound) && !Array.isArray(answer) && values.some(Buffer.isBuffer)
  return isRefused ? ['refused', 'refused'] : [bound, answer]
}

describe('inlined values mean what bound ones do', () => {
  test('6,000 statements over every base type', async () => {
    const { rows } = await (clients[0] as pg.Client).query<{ name: string; sql: string }>(
      `SELECT typname AS name, format_type(oid, NULL) AS sql FROM pg_type
       WHERE typtype IN ('b', 'e', 'd', 'r', 'm') AND typnamespace IN ('pg_catalog'::regnamespace, 'public'::regnamespace)
          OR typname IN ('pair', '_pair') ORDER BY typname`,
    )
    expect(rows.length).toBeGreaterThan(130)
    let accepted = 0
    const sampled = rows.filter(({ name }) => Object.hasOwn(samples, name))
    const type = fc.oneof({ arbitrary: fc.constantFrom(...sampled), weight: 3 }, fc.constantFrom(...rows))
    const cases = type.chain(caseOf)
    await fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const [bound, answer] = await differences(each)
        if (Array.isArray(bound)) accepted++
        expect(answer).toEqual(bound)
      }),
      { numRuns: 6000, seed: Number(process.env.PGARK_TEST_SEED ?? 20_261_122) },
    )
    expect(accepted).toBeGreaterThan(1000)
  })

  test.each([['$1::text'], ['$2::text'], ['u&$1'], ["'abc' || $1"]])('%s stays what it was', async (expression) => {
    const text = `SELECT ${expression} FROM (SELECT 7 AS u) p`
    const values = expression.includes('$2') ? ['x', 'y'] : ['5']
    // Bound, each value must be used.
    const bound = { text: text.replace('$2', '$1'), values: values.slice(-1), conforming: true }
    const [expected] = await differences(bound)
    const { sql } = inline({ text, values })
    expect(await outcome(clients[0] as pg.Client, { text: sql, rowMode: 'array' })).toEqual(expected)
  })
})
