import { expect, test } from 'vitest'
import { readScript, summarize } from '../src/index.ts'

const MEBIBYTE = 1_048_576

/** `head`, then `size` bytes of `filling` in chunks, then `tail`. */
async function* long(
  head: string,
  filling: string,
  size: number,
  chunk: number,
  tail: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head)
  const piece = Buffer.from(filling.repeat(Math.ceil(chunk / filling.length))).subarray(0, chunk)
  for (let sent = 0; sent < size; sent += chunk) yield piece
  yield Buffer.from(tail)
}

/*
 * No time is measured: reading any of these again for each chunk would take hundreds of billions of steps, which is
 * far beyond the tests' time limit.
 */
test.each([
  ['literal', "SELECT '", 'a', "';"],
  ['literal of doubled quotes', "SELECT '", "''", "';"],
  ['escape string', "SELECT E'", "\\'", "';"],
  ['dollar quote', 'SELECT $body$', '$body', '$body$;'],
  ['quoted identifier', 'SELECT "', 'a', '";'],
  ['word', 'SELECT a', 'a', ';'],
  ['number', 'SELECT 1', '1', ';'],
  ['tag of a dollar quote', 'SELECT $a', 'a', ';'],
  ['comment in a statement', 'SELECT /*', '/**/', '*/;'],
  ['list', 'INSERT INTO t VALUES (1)', ",(2,'x') ", ';'],
])('a %s of 20 MiB in chunks of 4 kB is read once', async (_, head, filling, tail) => {
  const size = 20 * MEBIBYTE
  const lengths: number[] = []
  for await (const item of readScript(long(head, filling, size, 4096, tail))) {
    if (item.type === 'statement') lengths.push(item.sql.length)
  }
  expect(lengths).toEqual([head.length + size + tail.length])
})

test('a block comment and a line comment of any length between statements are not gathered', async () => {
  const types: string[] = []
  const options = { maxStatementBytes: 100 }
  for (const [head, tail] of [
    ['/*', '*/SELECT 1;'],
    ['--', '\nSELECT 1;'],
  ] as const) {
    for await (const item of readScript(long(head, 'x', 20 * MEBIBYTE, 4096, tail), options)) types.push(item.type)
  }
  expect(types).toEqual(['statement', 'comment', 'statement'])
})

test('one-byte chunks cost a hop each, not a copy of the statement', async () => {
  for await (const item of readScript(long("SELECT '", 'a', MEBIBYTE, 1, "';"))) {
    expect(item).toMatchObject({ type: 'statement', line: 1, offset: 0 })
  }
})

test('only the beginning of a statement is looked at to summarize it', () => {
  const statement = Buffer.alloc(64 * MEBIBYTE, "INSERT INTO public.t VALUES ('")
  for (let count = 0; count < 20_000; count++) summarize(statement)
  expect(summarize(statement)).toEqual({ kind: 'data', command: 'INSERT', object: 'public.t' })
})
