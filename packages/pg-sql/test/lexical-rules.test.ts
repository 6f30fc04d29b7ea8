import { describe, expect, test } from 'vitest'
import { listed, readAll, statementsOf } from './read-all.ts'

/** Each script is followed by `SELECT 9;`, which must come out as a statement of its own. */
const ONE_STATEMENT: [string, string][] = [
  ['semicolon in a literal', "SELECT ';';"],
  ['doubled quote', "SELECT 'a'';';"],
  ['backslash is ordinary in a plain literal', "SELECT '\\';"],
  ['escape string with an escaped quote', "SELECT E'\\';';"],
  ['escape string with an escaped backslash', "SELECT e'\\\\';"],
  ['escape string with a doubled quote, then an escaped one', "SELECT E'a''\\';';"],
  ['a word that ends with e is no prefix', "SELECT date'\\';"],
  ['a digit before e is no prefix', "SELECT 1E'\\';"],
  ['a sign behind an exponent that is none', "SELECT 1E-- ';'\n;"],
  ['so with underscores and a fraction', "SELECT 1_0.5_0e+-- ';'\n;"],
  ['an exponent is followed by a comment', "SELECT 1E-5-- ';\n;"],
  ['a word ends before a sign', "SELECT 1Ex-- ';\n;"],
  ['a prefix behind an exponent that is none', "SELECT 1E-E'\\';';"],
  ['the N of a national string is no word', "N'x' CREATE FUNCTION f() BEGIN ATOMIC ; END;"],
  ['bit string', "SELECT B'\\';"],
  ['hexadecimal string', "SELECT x'\\';"],
  ['national string', "SELECT N'\\';"],
  ['unicode string', "SELECT U&'\\';"],
  ['unicode identifier', 'SELECT u&"\\"";";'],
  ['a space ends the unicode prefix', "SELECT u& '\\';"],
  ['semicolon in a quoted identifier', 'SELECT ";";'],
  ['doubled double quote', 'SELECT "a"";";'],
  ['quote in a quoted identifier', 'SELECT "\'";'],
  ['dollar quote', 'SELECT $$;\'"$$;'],
  ['tagged dollar quote', 'SELECT $a$; $b$ $$ $a $a$;'],
  ['dollar quote that shares its dollar', 'SELECT $a$;$b$a$;'],
  ['tag with underscore and digit', 'SELECT $_1$;$_1$;'],
  ['tag of high bytes', 'SELECT $é$;$é$;'],
  ['parameters', 'SELECT $1, $2;'],
  ['a parameter next to a dollar quote', 'SELECT $1$$;$$;'],
  ['dollars in a word', 'SELECT a$b$c;'],
  ['a tag that does not close', 'SELECT $a;'],
  ['line comment', "SELECT 1 -- ';\n;"],
  ['line comment that a carriage return ends', "SELECT 1 -- ' \r;"],
  ['line comment in an operator', "SELECT 1 +-- ';\n 2;"],
  ['block comment', "SELECT 1 /* ';' */;"],
  ['nested block comment', 'SELECT /* /* ; */ ; */ 1;'],
  ['block comment in an operator', "SELECT 1 */* ' */ 2;"],
  ['block comment opened by /*/', 'SELECT /*/ ; */ 1;'],
  ['block comment with stars', 'SELECT /***; **/ 1;'],
  ['parentheses', 'SELECT (1; (2); 3);'],
  ['a closing parenthesis too many', 'SELECT 1);'],
  ['brackets do not nest', 'SELECT a[1;'],
  ['trigger function call', 'CREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION f();'],
  ['routine body', 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;'],
  ['routine body with CASE', 'CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; END;'],
  ['or replace', 'create or replace function f() returns int begin atomic select 1; end;'],
  ['quoted names are no words', 'CREATE FUNCTION "begin"() RETURNS int RETURN 1;'],
  ['begin within parentheses opens nothing', 'CREATE FUNCTION f(begin int) RETURNS int RETURN 1;'],
  ['begin elsewhere opens nothing', 'CREATE TABLE begin (a int);'],
  ['transaction', 'BEGIN;'],
  ['high bytes are letters', 'SELECT é, 日本;'],
  ['colons', "SELECT :'a;', a::text, :x;"],
]

test.each(ONE_STATEMENT)('%s', async (_, sql) => {
  expect(await statementsOf(`${sql}SELECT 9;`)).toEqual([sql, 'SELECT 9;'])
})

describe('between statements', () => {
  test('empty statements, whitespace and block comments are passed over', async () => {
    expect(await statementsOf(' ;; /* ; */ ;\n\t\f SELECT 1 ; /* x */\n')).toEqual(['SELECT 1 ;'])
  })

  test('line comments are items, without their line end', async () => {
    expect(await readAll(listed("--a\r\n  -- b; '\n--c\rSELECT 1;--d"))).toEqual([
      { type: 'comment', text: '--a', line: 1, offset: 0 },
      { type: 'comment', text: "-- b; '", line: 2, offset: 7 },
      { type: 'comment', text: '--c', line: 3, offset: 15 },
      { type: 'statement', text: 'SELECT 1;', line: 3, offset: 19 },
      { type: 'comment', text: '--d', line: 3, offset: 28 },
    ])
  })

  test('a script may be empty', async () => {
    expect(await readAll(listed())).toEqual([])
    expect(await readAll(listed('', '\uFEFF', '\n'))).toEqual([])
  })

  test('a byte order mark is skipped only at the very start', async () => {
    expect(await statementsOf('\uFEFFSELECT 1;\uFEFFSELECT 2;')).toEqual(['SELECT 1;', '\uFEFFSELECT 2;'])
  })

  test('very long comments are cut off, not gathered', async () => {
    const [comment, statement] = await readAll(listed(`--${'x'.repeat(70_000)}\nSELECT 1;`))
    expect(comment?.text).toBe(`--${'x'.repeat(65_534)}`)
    expect(statement).toMatchObject({ text: 'SELECT 1;', line: 2, offset: 70_003 })
  })
})

describe('meta-commands', () => {
  test('take the rest of their line', async () => {
    expect(await readAll(listed('\\connect "a;b" -- x\r\nSELECT 1; \\echo \'\nSELECT 2;'))).toEqual([
      { type: 'meta', text: '\\connect "a;b" -- x', line: 1, offset: 0 },
      { type: 'statement', text: 'SELECT 1;', line: 2, offset: 21 },
      { type: 'meta', text: "\\echo '", line: 2, offset: 31 },
      { type: 'statement', text: 'SELECT 2;', line: 3, offset: 39 },
    ])
  })

  test('may stand in the middle of a statement, which goes on below', async () => {
    expect(await readAll(listed('\nSELECT (\\! rm ;\n1;\n2);'))).toEqual([
      { type: 'meta', text: '\\! rm ;', line: 2, offset: 9 },
      { type: 'statement', text: 'SELECT (\n1;\n2);', line: 2, offset: 1 },
    ])
  })

  test('may end the script', async () => {
    expect(await readAll(listed('\\q'))).toEqual([{ type: 'meta', text: '\\q', line: 1, offset: 0 }])
  })
})

describe('standard_conforming_strings', () => {
  const OFF = [
    'SET standard_conforming_strings = off;',
    "SET standard_conforming_strings TO 'off';",
    'set session Standard_Conforming_Strings to false;',
    'SET standard_conforming_strings = 0;',
    "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);",
    "SELECT set_config('standard_conforming_strings','no',true);",
  ]
  const ON = [
    'SET standard_conforming_strings = on;',
    'RESET standard_conforming_strings;',
    'RESET ALL;',
    'SET standard_conforming_strings TO DEFAULT;',
  ]
  const KEPT = ['SET escape_string_warning = off;', "SELECT 'standard_conforming_strings', 'off';"]

  test.each(OFF)('backslashes escape after %s', async (off) => {
    expect(await statementsOf(`${off}\nSELECT '\\';';SELECT B'\\';SELECT U&'\\';`)).toEqual([
      off,
      "SELECT '\\';';",
      "SELECT B'\\';",
      "SELECT U&'\\';",
    ])
  })

  test.each(ON)('backslashes are ordinary again after %s', async (on) => {
    expect(await statementsOf(`${OFF[0]}${on}SELECT '\\';`)).toEqual([OFF[0], on, "SELECT '\\';"])
  })

  test.each(KEPT)('%s changes nothing', async (sql) => {
    expect(await statementsOf(`${sql}SELECT '\\';`)).toEqual([sql, "SELECT '\\';"])
  })
})
