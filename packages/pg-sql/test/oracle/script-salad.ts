import * as fc from 'fast-check'

/*
 * Scripts from pieces that open, close and hide each other as they fall, most of them no SQL that a server would run:
 * where a statement ends is decided without it. Left out is what psql would do more with than split it: a colon before a
 * name (its variables), a backslash before anything but quotes (its commands), BEGIN by itself (COPY fails within a
 * transaction that failed) and, directly behind a COPY block, a statement that does not begin with a word (psql 17 and 18
 * take it for another COPY that failed and pass over what follows it as its rows).
 */

const whole = [
  "'a;b'",
  "'it''s;'",
  "'\\'",
  "E'\\''",
  "e'\\\\'",
  "U&'d\\0061'",
  "B'01'",
  "N';'",
  '"a;""b"',
  'U&"d\\0061"',
  '$$;$$',
  "$t$;$$'$t$",
  '$1',
  'a$b$',
  'été$ü$',
  '1.5e-3',
  '1..2',
  '1E',
  '(1;2)',
  '((;)())',
  '/* ; */',
  "/* /* ' */ ; */",
  "-- ;'\n",
  '+--;\n',
  '*/* ; */',
  '@-',
  '::',
  '[1]',
  '?',
  'x.y,',
  'case when 1 then 2 end',
]
const halves = [
  "'",
  '"',
  '$$',
  '$t$',
  '$',
  '/*',
  '*/',
  '--',
  '-',
  '/',
  '(',
  ')',
  "E'",
  "u&'",
  'U&"',
  'b',
  'e',
  '&',
  '1',
]
const words = ['create', 'or replace', 'function', 'procedure', 'f()', 'begin atomic', 'case', 'end', 'select 1', 'as']
const routine = [
  'create function f() returns int begin atomic select case when true then 1 end; select 2; end',
  'CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC ; END',
  'create function "begin"() returns int language sql begin x; case ; end; end',
  'create or  replace /* ; */ function f(a int default (1)) returns int return 1',
]
const ends = [';', ';', ';\n', ' ;', '\n;', ';;', '; -- ;\n']
const lines = [
  '\n\\echo one "two;"\n',
  '\n\\echo ;\n',
  "\n\\echo 'x;' y\n",
  '\n-- \'; "\n',
  '\n;\nSET standard_conforming_strings = off;\n',
  '\n;\nset standard_conforming_strings to on;\n',
  '\n;\nRESET standard_conforming_strings;\n',
]

const row = fc.constantFrom('1', "';", '\\\\.', '', '\\N', '\\\\', ' \\\\.', '$$', '"', '/*', 'a\tb', '\\\\.\r', 'ü')
const copyBlock = fc
  .record({
    head: fc.constantFrom('COPY t FROM stdin', 'copy/* ; */t (a) from STDIN', 'COPY "t;" FROM STDIN with csv'),
    behind: fc.constantFrom('', '', ' ', '-- ;', ' SELECT 2;', " SELECT 'x"),
    rows: fc.array(row, { maxLength: 4 }),
    end: fc.constantFrom('\\.', '\\.\r'),
  })
  .map(({ head, behind, rows, end }) => `\n;\n${head};${behind}\n${[...rows, end].join('\n')}\nselect;\n`)

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...whole) },
  { weight: 5, arbitrary: fc.constantFrom(...ends) },
  { weight: 2, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.constantFrom(...lines) },
  { weight: 1, arbitrary: fc.constantFrom(...halves) },
  { weight: 1, arbitrary: fc.constantFrom(...routine) },
  { weight: 1, arbitrary: copyBlock },
)

export const scriptSalad: fc.Arbitrary<string> = fc
  .array(fc.tuple(piece, fc.constantFrom('', '', ' ', '\n', '\r\n', '\n\n')), { minLength: 1, maxLength: 30 })
  .map((pieces) => pieces.flat().join(''))

/** Signs and letters that mean something next to each other. */
const signs = [...`0119__eeEExXbBnNuU&&..--++/*//**''''""$$$();;;; \n\r\té@`, "\\'"]
export const signSalad: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...signs), { minLength: 1, maxLength: 60 })
  .map((salad) => `${salad.join('')};`)
