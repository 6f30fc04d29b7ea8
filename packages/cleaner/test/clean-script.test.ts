import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CleanOptions, settingRules } from '../src/index.ts'
import { cleaned } from './cleaned.ts'
import { randomScript } from './random-script.ts'

const everything: CleanOptions = { comments: 'strip' }
const nothing: CleanOptions = { settings: 'keep', metaCommands: 'keep', blankLines: 'keep' }
const seed = Number(process.env.PGARK_TEST_SEED ?? 20_261_122)
const numRuns = 2000

describe('random scripts', () => {
  test('statements and rows stay byte for byte, and nothing else stays but spaces', async () => {
    await fc.assert(
      fc.asyncProperty(randomScript, fc.integer({ min: 1, max: 40 }), async ({ script, left }, bytes) => {
        let rest = await cleaned(script, everything, bytes)
        for (const piece of left) {
          expect(rest.trimStart().startsWith(piece)).toBe(true)
          rest = rest.trimStart().slice(piece.length)
        }
        expect(rest.trim()).toBe('')
      }),
      { seed, numRuns },
    )
  })

  test('where everything is kept, nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(randomScript, fc.integer({ min: 1, max: 40 }), async ({ script }, bytes) => {
        expect(await cleaned(script, nothing, bytes)).toBe(script)
      }),
      { seed, numRuns },
    )
  })

  test('what was cleaned is clean, and chunks make no difference', async () => {
    await fc.assert(
      fc.asyncProperty(randomScript, fc.constantFrom(everything, {}), async ({ script }, options) => {
        const once = await cleaned(script, options)
        expect(await cleaned(once, options, 3)).toBe(once)
        expect(await cleaned(script, options, 1)).toBe(once)
      }),
      { seed, numRuns },
    )
  })
})

describe('a dump', () => {
  const dump = `--
-- PostgreSQL database dump
--

\\restrict k3y

-- Dumped from database version 18.4


SET statement_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: t; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.t (
    a integer -- the first

);


COPY public.t (a) FROM stdin;
1


\\.


--
-- PostgreSQL database dump complete
--

\\unrestrict k3y

`
  test('by default', async () => {
    expect(await cleaned(dump)).toBe(`--
-- PostgreSQL database dump
--

-- Dumped from database version 18.4

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET row_security = off;

--
-- Name: t; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.t (
    a integer -- the first

);

COPY public.t (a) FROM stdin;
1


\\.

--
-- PostgreSQL database dump complete
--
`)
  })

  test('without comments it still says that it is whole', async () => {
    expect(await cleaned(dump, { comments: 'strip' })).toBe(`SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET row_security = off;

CREATE TABLE public.t (
    a integer${' '}

);

COPY public.t (a) FROM stdin;
1


\\.

-- PostgreSQL database dump complete
`)
  })

  test('with line ends of Windows, and a byte order mark', async () => {
    const windows = `\xef\xbb\xbf${dump.replaceAll('\n', '\r\n')}`
    expect(await cleaned(windows)).toBe((await cleaned(dump)).replaceAll('\n', '\r\n'))
    expect(await cleaned(windows, {}, 1)).toBe((await cleaned(dump)).replaceAll('\n', '\r\n'))
  })

  test.each([
    ['in its rows', dump.slice(0, dump.indexOf('\\.')), 'SCRIPT.UNTERMINATED', 26],
    ['in a statement', dump.slice(0, dump.indexOf('integer')), 'SCRIPT.UNTERMINATED', 20],
    [
      'between statements',
      `${dump.slice(0, dump.indexOf('COPY'))}\n\\unrestrict k3y\n`,
      'ARCHIVE.INCOMPLETE',
      undefined,
    ],
    ['before the end of its guard', dump.slice(0, dump.indexOf('\\unrestrict')), 'ARCHIVE.INCOMPLETE', undefined],
  ])('cut %s', async (_, script, code, line) => {
    await expect(cleaned(script)).rejects.toMatchObject({ code, ...(line && { meta: { line } }) })
  })
})

describe('comments', () => {
  const strip = (script: string) => cleaned(script, { comments: 'strip', blankLines: 'keep' })

  test.each([
    ['SELECT a/* b */c;', 'SELECT a c;'],
    ['SELECT 1 -- one\n+ 2;', 'SELECT 1 \n+ 2;'],
    ['SELECT \'--\', "/*", $$ -- $$ /* c */;', 'SELECT \'--\', "/*", $$ -- $$  ;'],
    ["SELECT 'a' -- b\n'c';", "SELECT 'a' \n'c';"],
    ['SELECT 1; -- behind\nSELECT 2;', 'SELECT 1;\nSELECT 2;'],
    ['SELECT 1; /* between */ SELECT 2;', 'SELECT 1;  SELECT 2;'],
    ['  -- a line\nSELECT 1;', 'SELECT 1;'],
    [
      'CREATE FUNCTION f() RETURNS int /* x */ BEGIN ATOMIC SELECT 1 /* y */; END;',
      'CREATE FUNCTION f() RETURNS int   BEGIN ATOMIC SELECT 1 /* y */; END;',
    ],
    [
      "SET standard_conforming_strings = off;SELECT '\\' -- ';",
      "SET standard_conforming_strings = off;SELECT '\\' -- ';",
    ],
  ])('%j', async (script, expected) => {
    expect(await strip(script)).toBe(expected)
  })
})

describe("psql's commands", () => {
  test.each([
    ['\\connect other', 'REFUSED.META_COMMAND', 2],
    ['\\! rm -rf /', 'REFUSED.META_COMMAND', 2],
    ['\\i other.sql', 'REFUSED.META_COMMAND', 2],
    ['\\if true', 'REFUSED.META_COMMAND', 2],
    ['SELECT 1 \\gexec', 'REFUSED.CLEAN', 2],
    ['COPY t FROM stdin; \\! id\n\\.', 'REFUSED.CLEAN', 2],
    ['COPY t FROM stdin; SELECT 2;\n\\.', 'REFUSED.CLEAN', 2],
    ['-- Name: x\r\\! id', 'REFUSED.META_COMMAND', 2],
  ])('%j is refused with its line', async (text, code, line) => {
    await expect(cleaned(`SELECT 1;\n${text}\n;`)).rejects.toMatchObject({ code, meta: { line } })
  })

  test('are kept on request, but not within a statement', async () => {
    const script = '\\connect other\n\n\n\\i x.sql\nSELECT 1;'
    expect(await cleaned(script, { metaCommands: 'keep' })).toBe('\\connect other\n\n\\i x.sql\nSELECT 1;')
    const within = cleaned('SELECT 1 \\gexec\n;', { metaCommands: 'keep' })
    await expect(within).rejects.toMatchObject({ code: 'REFUSED.CLEAN', meta: { line: 1 } })
  })
})

describe('settings', () => {
  test.each([...settingRules])('%s', async (setting, { isStripped, value = 'x' }) => {
    const script = `SET ${setting} = '${value}';\nSET LOCAL ${setting} TO '${value}';\nSELECT set_config('${setting}', '${value}', false);\n`
    expect(await cleaned(script)).toBe(isStripped ? script.slice(script.indexOf('SELECT')) : script)
    expect(await cleaned(script, { settings: 'keep' })).toBe(script)
  })

  test('with another value than the default they are kept', async () => {
    const script = "SET transaction_timeout = '5s';\nSET default_with_oids = true;\nRESET client_min_messages;\n"
    expect(await cleaned(script)).toBe(script)
  })

  test('the README has all of them, with the same reasons', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| `(\w+)`(?: = (\w+))? +\| (kept|left out) +\| (.*?) +\|$/gm)]
    const told = rows.map(([, name, value, what, why]) => [
      name,
      { isStripped: what !== 'kept', ...(value && { value }), why },
    ])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(settingRules))
  })
})

test('every problem with the options is told at once', async () => {
  const call = () =>
    cleaned('', { coments: 'keep', settings: 'drop', blankLines: undefined } as unknown as CleanOptions)
  await expect(call()).rejects.toMatchObject({
    code: 'USAGE.OPTIONS',
    meta: {
      problems: [
        { message: 'Unknown option coments.', hint: 'did you mean comments?' },
        { message: 'Expected settings to be keep or strip, got drop.' },
      ],
    },
  })
})
