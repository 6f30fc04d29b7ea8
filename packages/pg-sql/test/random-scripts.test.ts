import { expect, test } from 'vitest'
import { SqlScriptError, scanForBackslash, summarize, tokenize } from '../src/index.ts'
import { chunksOf, listed, type PlainItem, randomFrom, readAll } from './read-all.ts'
import { RICH_SCRIPT } from './rich-script.ts'

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
const between = (line: string): PlainItem => ({
  type: line.startsWith('\\') ? 'meta' : 'comment',
  text: line,
  line: 0,
  offset: 0,
})

function randomScript(seed: number): { script: string; expected: PlainItem[] } {
  const random = randomFrom(seed)
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const expected: PlainItem[] = []
  let script = ''
  const begin = (): { line: number; offset: number } => ({
    line: script.split('\n').length,
    offset: Buffer.byteLength(script),
  })
  for (let count = random(8); count >= 0; count--) {
    script += pick(GAPS)
    const kind = random(6)
    if (kind === 0) {
      const text = pick(['-- a;\'"', '--', "\\echo ;'", '\\restrict x'])
      expected.push({ ...between(text), ...begin() })
      script += `${text}\n`
    } else if (kind === 1) {
      const rows = Array.from({ length: random(5) }, () => pick(['1\t2', "';", '\\\\.', '', '\\N', '\\.x', '$$']))
      const data = rows.map((row) => `${row}\n`).join('')
      const text = pick(['COPY t FROM stdin;', 'copy "x;" (a) from STDIN with csv;'])
      expected.push({ type: 'copy', text, ...begin(), data, rows: rows.length })
      script += `${text}\n${data}\\.\n`
    } else {
      const text = `SELECT ${Array.from({ length: random(10) }, () => pick(FRAGMENTS)).join(' ')};`
      expected.push({ type: 'statement', text, ...begin() })
      script += text
    }
  }
  return { script, expected }
}

test('2,000 random scripts are split as they were put together', async () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const { script, expected } = randomScript(seed)
    const size = 1 + (seed % 40)
    expect(await readAll(chunksOf(Buffer.from(script), size)), `seed ${seed}`).toEqual(expected)
  }
})

test('the tokenizer agrees with the reader on where statements end', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    for (const { type, text } of randomScript(seed).expected) {
      if (type !== 'statement') continue
      expect(scanForBackslash(text), text).toEqual({ backslashAt: undefined, endsOpen: false })
      expect(scanForBackslash(text.slice(0, -1)).endsOpen, text).toBe(true)
    }
  }
})

test('10,000 mutations of a rich script are read, or refused with an SqlScriptError', async () => {
  const original = Buffer.from(RICH_SCRIPT)
  const random = randomFrom(42)
  const marks = Buffer.from('\'"$;()\\-/*\n\r\0.eEuU&bx1 ')
  const refused = new Set<string>()
  let read = 0
  for (let count = 0; count < 10_000; count++) {
    let bytes = Buffer.from(original)
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const at = random(bytes.length)
      const kind = random(4)
      if (kind === 0) bytes[at] = marks[random(marks.length)] as number
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(20))])
      else if (kind === 2)
        bytes = Buffer.concat([bytes.subarray(0, at), marks.subarray(random(marks.length)), bytes.subarray(at)])
      else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(at + 1))])
    }
    const text = bytes.toString('latin1')
    let end = 0
    for (const token of tokenize(text)) {
      if (!/^[ \t\n\r\f]*$/.test(text.slice(end, token.start)) || token.end <= token.start)
        throw new Error('gap in tokens')
      end = token.end
    }
    scanForBackslash(bytes)
    try {
      const items = await readAll(listed(bytes))
      for (const item of items) summarize(item.text)
      read++
    } catch (error) {
      if (!(error instanceof SqlScriptError)) throw error
      refused.add(error.code)
    }
  }
  expect(read).toBeGreaterThan(500)
  expect([...refused].sort()).toEqual(['SCRIPT.NUL_BYTE', 'SCRIPT.UNTERMINATED'])
})

test('mutations are refused, or read, alike however they are cut', async () => {
  const outcome = (bytes: Buffer, size: number) =>
    readAll(chunksOf(bytes, size)).catch((error: SqlScriptError) => ({ message: error.message, ...error.meta }))
  const random = randomFrom(7)
  const marks = Buffer.from('\'"$;()\\-/*\n\r\0')
  for (let count = 0; count < 400; count++) {
    const bytes = Buffer.from(RICH_SCRIPT)
    for (let edits = 0; edits < 3; edits++) bytes[random(bytes.length)] = marks[random(marks.length)] as number
    expect(await outcome(bytes, 1 + random(9)), `mutation ${count}`).toEqual(await outcome(bytes, bytes.length))
  }
})
