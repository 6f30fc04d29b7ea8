import { describe, expect, test } from 'vitest'
import { quoteIdentifier, quoteLiteral, scanForBackslash, tokenize } from '../src/index.ts'

const W = 'word'
const S = 'string'
const O = 'operator'
const P = 'punctuation'
const N = 'number'
const Q = 'quoted-identifier'
const C = 'comment'

test.each<[string, [string, string][]]>([
  [
    'SELECT a$b$, été',
    [
      [W, 'SELECT'],
      [W, 'a$b$'],
      [P, ','],
      [W, 'été'],
    ],
  ],
  [
    "'a''b' E'\\'' b'1' X'f' U&'x'",
    [
      [S, "'a''b'"],
      [S, "E'\\''"],
      [S, "b'1'"],
      [S, "X'f'"],
      [S, "U&'x'"],
    ],
  ],
  [
    "N'x' date'\\'",
    [
      [W, 'N'],
      [S, "'x'"],
      [W, 'date'],
      [S, "'\\'"],
    ],
  ],
  [
    '"a""b" u&"c" e"d"',
    [
      [Q, '"a""b"'],
      [Q, 'u&"c"'],
      [W, 'e'],
      [Q, '"d"'],
    ],
  ],
  [
    '$$a$$ $t$ $$ $t$ $1 $t',
    [
      [S, '$$a$$'],
      [S, '$t$ $$ $t$'],
      ['parameter', '$1'],
      [P, '$'],
      [W, 't'],
    ],
  ],
  [
    '1 1.5 .5 1e10 1.5E-3 1..2 1_000 0x1F',
    [
      [N, '1'],
      [N, '1.5'],
      [N, '.5'],
      [N, '1e10'],
      [N, '1.5E-3'],
      [N, '1'],
      [P, '..'],
      [N, '2'],
      [N, '1_000'],
      [N, '0x1F'],
    ],
  ],
  [
    'a::b:=c[1];(d.e)',
    [
      [W, 'a'],
      [P, '::'],
      [W, 'b'],
      [P, ':='],
      [W, 'c'],
      [P, '['],
      [N, '1'],
      [P, ']'],
      [P, ';'],
      [P, '('],
      [W, 'd'],
      [P, '.'],
      [W, 'e'],
      [P, ')'],
    ],
  ],
  [
    'a=-1 ?- <-> =+- >=',
    [
      [W, 'a'],
      [O, '='],
      [O, '-'],
      [N, '1'],
      [O, '?-'],
      [O, '<->'],
      [O, '='],
      [O, '+'],
      [O, '-'],
      [O, '>='],
    ],
  ],
  [
    '+-- x\n1*/* /* */ y */2 --',
    [
      [O, '+'],
      [C, '-- x'],
      [N, '1'],
      [O, '*'],
      [C, '/* /* */ y */'],
      [N, '2'],
      [C, '--'],
    ],
  ],
  [
    '\\x',
    [
      [P, '\\'],
      [W, 'x'],
    ],
  ],
])('the tokens of %s', (sql, expected) => {
  const tokens = [...tokenize(sql)]
  expect(tokens.map(({ type, text }) => [type, text])).toEqual(expected)
  for (const { text, start, end, isClosed } of tokens) {
    expect(sql.slice(start, end)).toBe(text)
    expect(isClosed).toBe(true)
  }
})

test.each(["'a", "'a''", "E'\\'", '"a', '$$a$', '/* /* */', "E'\\"])('%s is not closed', (sql) => {
  const [token, more] = [...tokenize(sql)]
  expect([token?.text, token?.isClosed, more]).toEqual([sql, false, undefined])
})

test('plain literals may have backslash escapes', () => {
  const texts = (sql: string) => [...tokenize(sql, { standardConformingStrings: false })].map(({ text }) => text)
  expect(texts("'\\'' U&'\\' B'\\'")).toEqual(["'\\''", "U&'\\'", "B'\\'"])
})

test('a long run of signs is linear', () => {
  expect([...tokenize('+'.repeat(100_000))]).toHaveLength(100_000)
})

describe('scanForBackslash', () => {
  test.each<[string, number | undefined, boolean]>([
    ['', undefined, false],
    ['SELECT 1;', undefined, false],
    ['SELECT 1; -- x', undefined, false],
    ["SELECT '\\', \"\\\", $$\\$$, E'\\\\' /* \\ */; -- \\", undefined, false],
    ['\\! rm', 0, false],
    ['SELECT 1;\n  \\connect x\nSELECT 2;', 12, false],
    ['SELECT 1 \\; SELECT 2;', 9, true],
    ["CREATE TABLE t ();\n\\echo '\nSELECT 'a", 19, true],
    ["SELECT 'é\\'; \\x", 13, false],
    ['SELECT 1', undefined, true],
    ["SELECT 'a;", undefined, true],
    ['SELECT 1; /*', undefined, true],
    ['SELECT (1;', undefined, true],
    ['CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;', undefined, true],
    ['CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END;', undefined, false],
    ["N'';CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", undefined, true],
    ["N'' CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", undefined, true],
    ['SELECT 1E-- \\! rm\n;', 12, true],
    ["SELECT 1E-- '\n\\! rm ';", undefined, true],
    ['SELECT 1E-5, 1e+1;', undefined, false],
  ])('of %j', (sql, backslashAt, endsOpen) => {
    expect(scanForBackslash(sql)).toEqual({ backslashAt, endsOpen })
    const at = backslashAt === undefined ? undefined : Buffer.byteLength(sql.slice(0, backslashAt))
    expect(scanForBackslash(Buffer.from(sql))).toEqual({ backslashAt: at, endsOpen })
  })

  test('knows backslash escapes', () => {
    const options = { standardConformingStrings: false }
    expect(scanForBackslash("SELECT '\\'; \\x';", options)).toEqual({ backslashAt: undefined, endsOpen: false })
  })
})

describe('quoting', () => {
  test.each([
    ['a', '"a"'],
    ['A"b', '"A""b"'],
    ['a\\b;', '"a\\b;"'],
  ])('of the identifier %s', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted)
    expect([...tokenize(quoted)]).toHaveLength(1)
  })

  test.each([
    ['', "''"],
    ["it's", "'it''s'"],
    ["\\'", "E'\\\\'''"],
    ['a\\', "E'a\\\\'"],
  ])('of the literal %s', (text, quoted) => {
    expect(quoteLiteral(text)).toBe(quoted)
    for (const standardConformingStrings of [true, false]) {
      expect([...tokenize(quoted, { standardConformingStrings })]).toHaveLength(1)
    }
  })

  test('refuses what PostgreSQL has not', () => {
    expect(() => quoteIdentifier('')).toThrow(TypeError)
    expect(() => quoteIdentifier('a\0')).toThrow(TypeError)
    expect(() => quoteLiteral('a\0')).toThrow(TypeError)
  })
})
