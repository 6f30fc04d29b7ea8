import { describe, expect, test } from 'vitest'
import { readScript } from '../src/index.ts'
import { chunksOf, listed, readAll } from './read-all.ts'

const HEADS = [
  'COPY t FROM STDIN;',
  'copy t from stdin;',
  'COPY public."a ; b" (x, "from", y) FROM STDIN WITH (FORMAT csv, DELIMITER \';\', NULL \'\\\');',
  'COPY/* x */t(a)--;\nFROM/**/STDIN;',
  'COPY t FROM STDOUT;',
  'COPY BINARY t FROM STDIN;',
]
test.each(HEADS)('data follows %s', async (sql) => {
  const items = await readAll(listed(`${sql}\n1;\n2\n\\.\nSELECT 1;`))
  expect(items.map(({ type, text, data, rows }) => [type, text, data, rows])).toEqual([
    ['copy', sql, '1;\n2\n', 2],
    ['statement', 'SELECT 1;', undefined, undefined],
  ])
})

const NO_DATA = [
  'COPY t TO STDOUT;',
  "COPY t FROM 'stdin';",
  "COPY t FROM PROGRAM 'cat stdin';",
  'COPY (SELECT 1 FROM stdin) TO STDOUT;',
  'COPY (SELECT 1) FROM stdin;',
  'EXPLAIN COPY t FROM stdin;',
  '"COPY" t FROM stdin;',
  'SELECT copy FROM stdin;',
]
test.each(NO_DATA)('no data follows %s', async (sql) => {
  const items = await readAll(listed(`${sql}\nSELECT 1;`))
  expect(items.map(({ type, text }) => [type, text])).toEqual([
    ['statement', sql],
    ['statement', 'SELECT 1;'],
  ])
})

describe('the terminator', () => {
  const data = async (text: string): Promise<string | undefined> =>
    (await readAll(listed(`COPY t FROM stdin;\n${text}`)))[0]?.data

  test.each([
    ['1\n\\.\n', '1\n'],
    ['1\n\\.\r\n', '1\n'],
    ['1\r\n\\.', '1\r\n'],
    ['\\.', ''],
    [' \\.\n\\. \n\\.x\n\\\\.\n\\\n\\.\r\r\n\n\\.\n', ' \\.\n\\. \n\\.x\n\\\\.\n\\\n\\.\r\r\n\n'],
    ['\0\0\n\\.\n', '\0\0\n'],
  ])('of %j', async (text, expected) => {
    expect(await data(text)).toBe(expected)
  })

  test('is found wherever long rows are cut', async () => {
    const rows = `${'x'.repeat(100)}\\.\n${'y'.repeat(47)}\n\\N\n`
    const bytes = Buffer.from(`COPY t FROM stdin;\n${rows}\\.\r\nSELECT 1;`)
    for (let size = 1; size < bytes.length; size++) {
      const [copy, select] = await readAll(chunksOf(bytes, size))
      expect([copy?.data, copy?.rows, select?.line]).toEqual([rows, 3, 6])
    }
  })
})

test('data not consumed, or not to the end, is skipped and still counted', async () => {
  const script = 'COPY a FROM stdin;\n1\n2\n\\.\nCOPY b FROM stdin;\n1\n2\n3\n\\.\nSELECT 1;'
  const seen: (string | number)[] = []
  let previous = (): void => {}
  for await (const item of readScript(chunksOf(Buffer.from(script), 2))) {
    previous()
    seen.push(item.type)
    if (item.type !== 'copy') continue
    previous = () => seen.push(item.data.rows)
    if (seen.length > 1) for await (const _ of item.data) break
  }
  expect(seen).toEqual(['copy', 2, 'copy', 3, 'statement'])
})

test('an iteration that was broken off can be taken up again', async () => {
  for await (const item of readScript(chunksOf(Buffer.from('COPY a FROM stdin;\n1\n2\n\\.\n'), 1))) {
    if (item.type !== 'copy') continue
    const parts: string[] = []
    for await (const part of item.data) {
      parts.push(Buffer.from(part).toString())
      break
    }
    for await (const part of item.data) parts.push(Buffer.from(part).toString())
    expect(parts.join('')).toBe('1\n2\n')
  }
})

test('data is handed out as views of the chunks', async () => {
  const chunk = Buffer.from('1\n2\n')
  for await (const item of readScript(listed('COPY t FROM stdin;\n', chunk, '\\.\n'))) {
    if (item.type !== 'copy') continue
    const parts: ArrayBufferLike[] = []
    for await (const part of item.data) parts.push(part.buffer)
    expect(parts).toEqual([chunk.buffer])
    expect(parts[0]).toBe(chunk.buffer)
  }
})

test('a chunk that is lent can be handed back before the next one is asked for; lines are counted all the same', async () => {
  const pieces = ['COPY t FROM stdin;\n1\n', '2\n3\n', '4\n5', '6\n', '\\.\n', 'SELECT 1;']
  const lent = pieces.map((text) => {
    const chunk = new Uint8Array(new TextEncoder().encode(text))
    return Object.assign(chunk, { [Symbol.dispose]: () => void chunk.buffer.transfer(0) })
  })
  const seen: unknown[] = []
  for await (const item of readScript(listed(...lent))) {
    seen.push(item.type, item.line)
    if (item.type !== 'copy') continue
    let text = ''
    for await (const part of item.data as AsyncIterable<Uint8Array & Partial<Disposable>>) {
      text += Buffer.from(part).toString()
      part[Symbol.dispose]?.()
    }
    seen.push(text, item.data.rows)
  }
  expect(seen).toEqual(['copy', 1, '1\n2\n3\n4\n56\n', 5, 'statement', 8])
  expect(lent.map(({ byteLength }) => byteLength)).toEqual([21, 0, 0, 0, 3, 9])
})

test('what follows the semicolon on its line is read after the data, as psql does', async () => {
  const script = "COPY a FROM stdin; COPY b FROM stdin; SELECT 'x\n1\n\\.\n2\n3\n\\.\ny'; SELECT 2;\nSELECT 3;"
  const expected = [
    { type: 'copy', text: 'COPY a FROM stdin;', line: 1, offset: 0, data: '1\n', rows: 1 },
    { type: 'copy', text: 'COPY b FROM stdin;', line: 1, offset: 19, data: '2\n3\n', rows: 2 },
    { type: 'statement', text: "SELECT 'x\ny';", line: 1, offset: 38 },
    { type: 'statement', text: 'SELECT 2;', line: 7, offset: script.indexOf('SELECT 2') },
    { type: 'statement', text: 'SELECT 3;', line: 8, offset: script.indexOf('SELECT 3') },
  ]
  for (const size of [1, 2, 3, 1000]) expect(await readAll(chunksOf(Buffer.from(script), size))).toEqual(expected)
})
