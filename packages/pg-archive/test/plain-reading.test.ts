import { describe, expect, test } from 'vitest'
import { completionMarker, type PlainItem, readPlainDump } from '../src/index.ts'
import { cutAt } from './bytes.ts'

const stockMarker = '-- PostgreSQL database dump complete'

/** The statements of a script, rows counted, or the code by which it is refused. */
async function read(text: string, ...places: number[]): Promise<string[]> {
  const found: string[] = []
  try {
    for await (const { summary, line, copy } of readPlainDump(cutAt(Buffer.from(text), ...places))) {
      let bytes = 0
      if (copy) for await (const chunk of copy) bytes += chunk.length
      const rows = copy ? ` ${copy.rows} rows, ${bytes} bytes` : ''
      found.push(`${line}: ${summary.command} ${summary.object ?? ''}`.trimEnd() + rows)
    }
  } catch (error) {
    found.push(String((error as { code: unknown }).code))
  }
  return found
}

const dump = `-- a header
SET standard_conforming_strings = on;
CREATE TABLE public.items (
  id integer
);
COPY public.items (id) FROM stdin;
1
2
\\.

SELECT pg_catalog.setval('public.items_id_seq', 2, true);
`
const statements = [
  '2: SET',
  '3: CREATE TABLE public.items',
  '6: COPY public.items 2 rows, 4 bytes',
  '11: SELECT pg_catalog.setval',
]

describe('the end', () => {
  for (const marker of [completionMarker, stockMarker]) {
    test(`is told by "${marker}"`, async () => {
      expect(await read(`${dump}${marker}\n`)).toEqual(statements)
      expect(await read(`${dump}${marker}`)).toEqual(statements)
      expect(await read(`${dump}${marker}  \r\n\n--\n\n`)).toEqual(statements)
    })
  }
  test('is missing', async () => {
    expect(await read(dump)).toEqual([...statements, 'ARCHIVE.INCOMPLETE'])
    expect(await read('')).toEqual(['ARCHIVE.INCOMPLETE'])
  })
  test('is missing from the guard of pg_dump', async () => {
    const guarded = `\\restrict abc\nSELECT 1;\n${stockMarker}\n--\n\n`
    for (const end of ['', '\\unrestrict', '\\unrestrict ab', '\\unrestrict abd\n', '\\restrict abc\n']) {
      expect(await read(guarded + end), end).toEqual(['2: SELECT', 'ARCHIVE.INCOMPLETE'])
    }
    expect(await read(`${guarded}\\unrestrict abc`)).toEqual(['2: SELECT'])
  })
  test('does not count inside of rows, literals or comments', async () => {
    for (const hidden of [
      `SELECT '\n${stockMarker}\n';\n`,
      `/*\n${stockMarker}\n*/\n`,
      `COPY public.items FROM stdin;\n${stockMarker}\n\\.\n`,
      `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n${stockMarker}\n$$;\n`,
    ]) {
      expect((await read(hidden)).at(-1)).toBe('ARCHIVE.INCOMPLETE')
    }
  })
  test('is followed by statements', async () => {
    expect(await read(`${dump}${stockMarker}\n${dump}${stockMarker}\n`)).toEqual([...statements, 'ARCHIVE.TRAILING'])
  })
  test('is cut off at any byte: never taken for whole', async () => {
    const whole = `${dump}${stockMarker}`
    for (let length = 0; length < whole.length; length++) {
      expect((await read(whole.slice(0, length))).at(-1), `${length} bytes`).toMatch(/^(ARCHIVE\.INCOMPLETE|SCRIPT\.)/)
    }
  })
})

test('where the chunks are cut makes no difference', async () => {
  const whole = `${dump}${stockMarker}\n`
  for (let at = 0; at <= whole.length; at++) expect(await read(whole, at)).toEqual(statements)
})

test('the statement is its bytes, whatever their encoding', async () => {
  const bytes = Buffer.concat([Buffer.from("SELECT '"), Buffer.from([0xe4, 0xff]), Buffer.from(`';\n${stockMarker}`)])
  const items: PlainItem[] = []
  for await (const item of readPlainDump(cutAt(bytes))) items.push(item)
  expect(items).toHaveLength(1)
  expect(Buffer.from(items[0]?.sql ?? []).equals(bytes.subarray(0, bytes.indexOf('\n')))).toBe(true)
})

describe('transactions', () => {
  const create = "SELECT pg_catalog.lo_create('1');\n"
  const write =
    "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x00');\nSELECT pg_catalog.lo_close(0);\n"
  const last = async (sql: string) => (await read(`${sql}${stockMarker}\n`)).at(-1)

  test('of pg_dump around large objects are there', async () => {
    expect(await read(`${create}BEGIN;\n\n${write}\nCOMMIT;\n${stockMarker}\n`)).toEqual([
      '1: SELECT pg_catalog.lo_create',
      '2: BEGIN',
      '4: SELECT pg_catalog.lo_open',
      '5: SELECT pg_catalog.lowrite',
      '6: SELECT pg_catalog.lo_close',
      '8: COMMIT',
    ])
    expect(await last(`BEGIN;\n${write}COMMIT;\nBEGIN;\n${write}COMMIT;\n`)).toMatch(/COMMIT$/)
  })
  const refused = [
    'BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;\n',
    'BEGIN;\nCOMMIT;\n',
    'COMMIT;\n',
    'ROLLBACK;\n',
    `BEGIN;\nBEGIN;\n${write}COMMIT;\n`,
    `BEGIN;\n${write}CREATE TABLE a (x int);\nCOMMIT;\n`,
    `BEGIN;\n${write}ROLLBACK;\n`,
    `BEGIN;\n${write}SAVEPOINT a;\nCOMMIT;\n`,
    `BEGIN;\n${write}COMMIT;\nCOMMIT;\n`,
  ]
  for (const sql of refused) {
    test(`others are refused: ${sql.replace(write, '… ').replaceAll('\n', ' ')}`, async () => {
      expect(await last(sql)).toBe('REFUSED.TRANSACTION')
    })
  }
  test('one that stays open would lose what is in it', async () => {
    expect(await last(`BEGIN;\n${write}`)).toBe('ARCHIVE.INCOMPLETE')
    expect(await last('BEGIN;\n')).toBe('ARCHIVE.INCOMPLETE')
  })
})

describe('commands of psql', () => {
  const last = async (sql: string) => (await read(`${sql}\n${stockMarker}\n`)).at(-1)
  test('guards of pg_dump are passed over', async () => {
    const text = `\\restrict abc\nSELECT 1;\n${stockMarker}\n\\unrestrict abc\n`
    expect(await read(text)).toEqual(['2: SELECT'])
  })
  for (const command of [
    '\\connect x',
    '\\c x',
    '\\! id',
    '\\i x',
    '\\restricted',
    '\\copy a from b',
    '\\',
    '\\set x y',
  ]) {
    test(`${command} is refused`, async () => expect(await last(command)).toBe('REFUSED.META_COMMAND'))
  }
  test('a backslash in a literal, a comment or rows is none', async () => {
    expect(await last("SELECT '\\! id';")).toBe('1: SELECT')
    expect(await last('-- \\! id\nSELECT 1;')).toBe('2: SELECT')
    expect(await last('COPY a FROM stdin;\n\\! id\n\\\\.\n\\.\n')).toBe('1: COPY a 2 rows, 10 bytes')
  })
})

describe('COPY with anything but the client', () => {
  for (const sql of [
    "COPY a FROM '/etc/passwd';",
    "COPY a TO '/tmp/x';",
    "COPY a FROM PROGRAM 'id';",
    "copy (SELECT 1) to program 'id';",
    'COPY a TO stdout;',
  ]) {
    test(`${sql} is refused`, async () => {
      expect((await read(`${sql}\n${stockMarker}\n`)).at(-1)).toBe('REFUSED.COPY_FILE')
    })
  }
})

test('CREATE DATABASE is refused', async () => {
  for (const statement of [
    'CREATE DATABASE shop',
    'DROP DATABASE IF EXISTS shop',
    "ALTER DATABASE shop SET work_mem TO '1MB'",
    "CREATE TABLESPACE fast LOCATION '/fast'",
    'DROP TABLESPACE fast',
    'ALTER SYSTEM SET fsync = off',
  ]) {
    expect(await read(`${statement};\n${stockMarker}\n`)).toEqual(['REFUSED.CREATE_DATABASE'])
  }
})

test('an archive in the custom format is told as such, wherever it is cut, and its source closed', async () => {
  for (const places of [[], [1], [4], [5]]) {
    let isClosed = false
    async function* source() {
      try {
        yield* cutAt(Buffer.from('PGDMP\x01\x0e\0'), ...places)
      } finally {
        isClosed = true
      }
    }
    const error = await readPlainDump(source())
      .next()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'REFUSED.FORMAT', hint: expect.stringContaining('openCustom') })
    expect(isClosed).toBe(true)
  }
})

describe('what is no SQL', () => {
  test.each([
    ['a word that begins no statement', 'SELECT 1;\n\nCREATF TABLE t ();', ['1: SELECT', 'ARCHIVE.NOT_SQL']],
    ['prose', 'Dear reader; this is it.\n', ['ARCHIVE.NOT_SQL']],
    ['signs', '{"a": 1; }', ['ARCHIVE.NOT_SQL']],
    ['a quoted word', '"SELECT" 1;', ['ARCHIVE.NOT_SQL']],
    ['bytes of no encoding', 'caf\u00e9;', ['ARCHIVE.NOT_SQL']],
  ])('%s', async (_, text, expected) => {
    expect(await read(`${text}\n${stockMarker}\n`)).toEqual(expected)
  })
  test('tells the line', async () => {
    const error = await readPlainDump(cutAt(Buffer.from('\n\nnonsense;')))
      .next()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ message: 'Line 3: what stands there is no SQL statement.', meta: { line: 3 } })
  })
})
