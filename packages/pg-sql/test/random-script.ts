import * as fc from 'fast-check'
import type { PlainItem } from './read-all.ts'

const FRAGMENTS = [
  "'a;b'",
  "'it''s;'",
  "'\\'",
  "E'\\';'",
  "e'\\\\'",
  "U&'\\;'",
  "B'01'",
  "N';'",
  '"a;""b"',
  'U&"\\;"',
  '$$;$$',
  "$t$;$$'$t$",
  '$1',
  'a$b$',
  'été',
  '1.5e-3',
  '1..2',
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
  '\n',
  '\t',
  'begin',
  'end',
  'case',
  ',',
  '=',
  'x',
  '.',
  '?',
  '<>',
]
const GAPS = ['', '\n', ' \t', ';', ' ; ;\n', '/* ; /* */ */', '\r\n']

type Piece = Pick<PlainItem, 'type' | 'text' | 'data' | 'rows'> & { readonly source: string }

const line = fc
  .constantFrom('-- a;\'"', '--', '\\echo ;', "\\echo '", '\\restrict x')
  .map((text): Piece => ({ type: text.startsWith('\\') ? 'meta' : 'comment', text, source: `${text}\n` }))

const copy = fc
  .tuple(
    fc.constantFrom('COPY t FROM stdin;', 'copy "x;" (a) from STDIN with csv;'),
    fc.array(fc.constantFrom('1\t2', "';", '\\\\.', '', '\\N', '\\.x', '$$'), { maxLength: 4 }),
  )
  .map(([text, rows]): Piece => {
    const data = rows.map((row) => `${row}\n`).join('')
    return { type: 'copy', text, data, rows: rows.length, source: `${text}\n${data}\\.\n` }
  })

export const randomStatement = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 9 })
  .map((fragments) => `SELECT ${fragments.join(' ')};`)

const statement = randomStatement.map((text): Piece => ({ type: 'statement', text, source: text }))
const piece = fc.oneof(
  { weight: 1, arbitrary: line },
  { weight: 1, arbitrary: copy },
  { weight: 4, arbitrary: statement },
)

export interface RandomScript {
  readonly script: string
  readonly items: readonly PlainItem[]
}

/** A script put together from items, and what must come of it. */
export const randomScript: fc.Arbitrary<RandomScript> = fc
  .array(fc.tuple(fc.constantFrom(...GAPS), piece), { minLength: 1, maxLength: 8 })
  .map((pieces) => {
    const items: PlainItem[] = []
    let script = ''
    for (const [gap, { source, ...item }] of pieces) {
      script += gap
      items.push({ ...item, line: script.split('\n').length, offset: Buffer.byteLength(script) })
      script += source
    }
    return { script, items }
  })
