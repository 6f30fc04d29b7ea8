import * as fc from 'fast-check'

/** A piece of a script, and what must be left of it where everything is stripped. */
interface Piece {
  readonly source: string
  /** Undefined where nothing is. */
  readonly left: string | undefined
}

const fragments = [
  ...[
    "'a;b'",
    "'it''s;\n\n\n'",
    "'-- no comment'",
    "'/*'",
    "E'\\';--'",
    "U&'\\;'",
    '"a;""b -- "',
    '$$;\n\n\n-- x\n$$',
    "$t$\\restrict ';$$'$t$",
  ],
  ...[
    '(1;\n\n\n2)',
    '1..2',
    'été',
    '\xff',
    '::',
    '[1]',
    '\n',
    '\n\n\n',
    '\t',
    'case',
    'end',
    ',',
    '<>',
    '@-',
    '$1',
    'a$b$c',
  ],
]
const rows = [
  '1\t2',
  "';",
  '\\\\.',
  '',
  '',
  '',
  '\\N',
  '\\.x',
  '\\restrict x',
  '-- a',
  'SET client_min_messages = warning;',
  '$$',
  '\r',
]

const statement = fc
  .array(fc.constantFrom(...fragments), { maxLength: 8 })
  .map((some) => `SELECT ${some.join(' ')};`)
  .map((text): Piece => ({ source: text, left: text }))

const copy = fc.array(fc.constantFrom(...rows), { maxLength: 6 }).map((some): Piece => {
  const text = `COPY "t;" (a) FROM stdin;\n${some.map((row) => `${row}\n`).join('')}\\.\n`
  return { source: text, left: text }
})

const kept = [
  ...[
    "SET client_encoding = 'UTF8';",
    'SET standard_conforming_strings = on;',
    'SET statement_timeout = 0;',
    'SET transaction_timeout = 5;',
  ],
  ...["SELECT pg_catalog.set_config('search_path', '', false);", 'SET check_function_bodies = false;'],
].map((text): Piece => ({ source: text, left: text }))

const stripped = [
  ...['SET transaction_timeout = 0;', 'set session client_min_messages to warning;', 'SET default_with_oids = false;'],
  ...[
    '\n\\restrict abc\n\\unrestrict abc\n',
    '\n\\timing off\n',
    "\n\\echo 'it\\'s;'\n",
    '-- a;\'"\n',
    '--\n',
    "/* ; /* ' */ */",
    '-- pgark\r',
  ],
].map((source): Piece => ({ source, left: undefined }))

const gap = fc.constantFrom('', '\n', ' \t', '\n\n\n', '\r\n\r\n\r\n', '\n  ')

/** A script put together from pieces, and what of it a server sees, in order. */
export const randomScript = fc
  .array(fc.tuple(gap, fc.oneof(statement, copy, fc.constantFrom(...kept), fc.constantFrom(...stripped))), {
    maxLength: 10,
  })
  .map((pieces) => ({
    script: pieces.map(([space, { source }]) => space + source).join(''),
    left: pieces.flatMap(([, { left }]) => left ?? []),
  }))
