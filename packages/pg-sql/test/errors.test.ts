import { describe, expect, test } from 'vitest'
import { type ReadScriptOptions, readScript, SqlScriptError } from '../src/index.ts'
import { chunksOf, listed, readAll } from './read-all.ts'

async function failure(script: string | Uint8Array, options: ReadScriptOptions = {}): Promise<SqlScriptError> {
  const bytes = Buffer.from(script)
  const errors: SqlScriptError[] = []
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const error: unknown = await readAll(chunksOf(bytes, size), options).catch((reason: unknown) => reason)
    if (!(error instanceof SqlScriptError)) throw new Error(`Expected an SqlScriptError, got ${String(error)}`)
    errors.push(error)
  }
  const [first] = errors
  for (const error of errors) expect([error.message, error.meta]).toEqual([first?.message, first?.meta])
  return first as SqlScriptError
}

const CUT: [string, string, number, number][] = [
  ["SELECT 1;\n SELECT 'a\n", 'The script ends within a literal of the statement that begins on line 2', 2, 11],
  ["SELECT E'a\\'", 'The script ends within a literal of the statement that begins on line 1', 1, 0],
  ["SELECT E'a\\", 'The script ends within a literal of the statement that begins on line 1', 1, 0],
  ['\nSELECT "a""', 'The script ends within a quoted identifier of the statement that begins on line 2', 2, 1],
  ['SELECT $a$ $a', 'The script ends within a dollar quote of the statement that begins on line 1', 1, 0],
  ['SELECT 1 /* /* */', 'The script ends within a comment of the statement that begins on line 1', 1, 0],
  ['SELECT 1; /* a */\n/* /* */', 'The script ends within the comment that begins on line 2', 2, 18],
  ['SELECT 1', 'The script ends within the statement that begins on line 1', 1, 0],
  ['SELECT 1 -', 'The script ends within the statement that begins on line 1', 1, 0],
  ['-', 'The script ends within the statement that begins on line 1', 1, 0],
  ['SELECT (1;', 'The script ends within the statement that begins on line 1', 1, 0],
  ['\n\nCOPY t FROM stdin', 'The script ends within the statement that begins on line 3', 3, 2],
  ['COPY t FROM stdin;', 'The script ends within the data of the COPY statement on line 1', 1, 0],
  ['\nCOPY t FROM stdin;\n', 'The script ends within the data of the COPY statement on line 2', 2, 1],
  ['\nCOPY t FROM stdin;\n1\n2\n', 'The script ends within the data of the COPY statement on line 2', 2, 1],
  ['\nCOPY t FROM stdin;\n1\n\\', 'The script ends within the data of the COPY statement on line 2', 2, 1],
  ['COPY t FROM stdin;\n1\\.', 'The script ends within the data of the COPY statement on line 1', 1, 0],
]
test.each(CUT)('%j is unterminated', async (script, message, line, offset) => {
  const error = await failure(script)
  expect([error.code, error.message, error.meta]).toEqual(['SCRIPT.UNTERMINATED', message, { line, offset }])
})

describe('the error', () => {
  test('is recognised by its marker, is final and says what to do', async () => {
    const error = await failure('SELECT 1')
    expect(Reflect.get(error, Symbol.for('pgark.error'))).toBe(true)
    expect(error).toMatchObject({
      name: 'SqlScriptError',
      retryable: false,
      hint: expect.stringContaining('cut short'),
    })
  })

  test('comes after all items before it', async () => {
    const seen: string[] = []
    const read = async () => {
      for await (const item of readScript(listed("SELECT 1;--x\nSELECT 'a"))) seen.push(item.type)
    }
    await expect(read()).rejects.toThrow(SqlScriptError)
    expect(seen).toEqual(['statement', 'comment'])
  })

  test('of data that is not consumed comes when the next item is asked for', async () => {
    const items = readScript(listed('COPY t FROM stdin;\n1\n'))
    expect((await items.next()).value).toMatchObject({ type: 'copy' })
    await expect(items.next()).rejects.toMatchObject({ code: 'SCRIPT.UNTERMINATED' })
  })
})

describe('NUL bytes', () => {
  test.each([
    ['SELECT 1;\n\0', 2, 10],
    ["SELECT '\0';", 1, 8],
    ['SELECT $a$\0$a$;', 1, 10],
    ['/*\n\0*/', 2, 3],
    ['-- a\0', 1, 4],
    ['\\echo \0', 1, 6],
    ['COPY t FROM stdin; \0\n', 1, 19],
    ['COPY t FROM stdin;\n\0\n\\.\n\0', 4, 24],
  ])('in %j are refused', async (script, line, offset) => {
    const error = await failure(script)
    expect([error.code, error.meta]).toEqual(['SCRIPT.NUL_BYTE', { line, offset }])
  })
})

describe('maxStatementBytes', () => {
  test.each(['SELECT 12;', "SELECT '';", 'SELECT $$$', '(/* x */);'])('%j fits exactly', async (sql) => {
    const script = sql.endsWith('$') ? `${sql}$;` : sql
    const [item] = await readAll(chunksOf(Buffer.from(`  ${script}\n`), 3), { maxStatementBytes: script.length })
    expect(item?.text).toBe(script)
    const error = await failure(`  ${script}\n`, { maxStatementBytes: script.length - 1 })
    expect([error.code, error.meta]).toEqual(['SCRIPT.STATEMENT_TOO_LONG', { line: 1, offset: 2 }])
  })

  test('counts what stands behind a COPY statement on its line', async () => {
    const script = `COPY t FROM stdin; ${'x'.repeat(20)}\n\\.\n;`
    const error = await failure(script, { maxStatementBytes: 20 })
    expect([error.code, error.meta]).toEqual(['SCRIPT.STATEMENT_TOO_LONG', { line: 1, offset: 18 }])
  })

  test('does not count what lies between statements, nor data', async () => {
    const script = `${' '.repeat(50)}/* ${'x'.repeat(50)} */ COPY t FROM stdin;\n${'1'.repeat(50)}\n\\.\n`
    expect(await readAll(chunksOf(Buffer.from(script), 5), { maxStatementBytes: 18 })).toHaveLength(1)
  })

  test('comes before a NUL byte, or the end, behind it', async () => {
    expect((await failure('SELECT 123 \0', { maxStatementBytes: 8 })).code).toBe('SCRIPT.STATEMENT_TOO_LONG')
    expect((await failure('SELECT 123 ', { maxStatementBytes: 8 })).code).toBe('SCRIPT.STATEMENT_TOO_LONG')
  })

  test.each([0, -1, 1.5, Number.NaN])('of %s is refused', async (maxStatementBytes) => {
    await expect(readScript(listed(''), { maxStatementBytes }).next()).rejects.toThrow(TypeError)
  })

  test('meta-commands have a limit of their own', async () => {
    expect((await failure(`\n\\${'x'.repeat(65_536)}\n`)).code).toBe('SCRIPT.STATEMENT_TOO_LONG')
  })
})

describe('maxRowBytes', () => {
  const script = 'SELECT 1;\nCOPY t FROM stdin;\n1\n1234567\r\n12345678\n\\.\n'

  test('a line of that length fits, whatever its line end', async () => {
    const [, copy] = await readAll(listed(script), { maxRowBytes: 8 })
    expect(copy?.rows).toBe(3)
  })

  test.each([7, 6, 1])('a longer one than %i is told with its place', async (maxRowBytes) => {
    const error = await failure(script, { maxRowBytes })
    expect([error.code, error.meta]).toEqual(['SCRIPT.ROW_TOO_LONG', { line: 4, offset: 31 }])
    expect(error.message).toBe(
      `Line 4, in the data of the COPY statement on line 2, is longer than ${maxRowBytes} bytes`,
    )
  })

  test('it need not end to be too long, and nothing of it beyond the limit is handed out', async () => {
    const parts: number[] = []
    const read = async () => {
      for await (const item of readScript(chunksOf(Buffer.from(`COPY t FROM stdin;\n${'x'.repeat(100)}`), 10), {
        maxRowBytes: 35,
      })) {
        if (item.type === 'copy') for await (const part of item.data) parts.push(part.length)
      }
    }
    await expect(read()).rejects.toMatchObject({ code: 'SCRIPT.ROW_TOO_LONG', meta: { line: 2, offset: 19 } })
    expect(parts.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(35)
  })

  test.each([0, -1, 1.5, Number.NaN])('of %s is refused', async (maxRowBytes) => {
    await expect(readScript(listed(''), { maxRowBytes }).next()).rejects.toThrow('Expected `maxRowBytes` to be')
  })
})

test('chunks that are no bytes are a mistake of the caller', async () => {
  const source = (async function* () {
    yield 'SELECT 1;' as unknown as Uint8Array
  })()
  await expect(readAll(source)).rejects.toThrow(TypeError)
})

test('the source is closed when reading is broken off, and its errors are passed on', async () => {
  let isClosed = false
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('SELECT 1;SELECT 2;')
      throw new Error('disk failure')
    } finally {
      isClosed = true
    }
  }
  for await (const _ of readScript(source())) break
  expect(isClosed).toBe(true)
  await expect(readAll(source())).rejects.toThrow('disk failure')
})
