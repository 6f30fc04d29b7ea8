import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SqlScriptError, scanForBackslash, summarize, tokenize } from '../src/index.ts'
import { cutAt, listed, type PlainItem, readAll } from './read-all.ts'
import { RICH_SCRIPT } from './rich-script.ts'
import { holds } from './seed.ts'

const original = Buffer.from(RICH_SCRIPT)
const place = fc.nat({ max: original.length - 1 })
const mark = fc.constantFrom(...'\'"$;()\\-/*\n\r\0.eEuU&bx1 \u0080').map((text) => Buffer.from(text, 'latin1'))

/** Something is taken out between `from` and `to`, and something put in. */
const edit = fc.oneof(
  fc.record({ from: place, length: fc.constant(1), put: mark }),
  fc.record({ from: place, length: fc.nat({ max: 20 }), put: fc.constant(Buffer.alloc(0)) }),
  fc.record({ from: place, length: fc.constant(0), put: fc.array(mark, { maxLength: 20 }).map(Buffer.concat) }),
  fc.record({ from: place, length: fc.nat({ max: original.length }), put: fc.constant(Buffer.alloc(0)) }),
  // A piece of the script a second time.
  fc.tuple(place, place, fc.nat({ max: 200 })).map(([from, at, length]) => ({
    from,
    length: 0,
    put: original.subarray(at, at + length),
  })),
)
const mutated = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits) =>
    edits.reduce(
      (bytes, { from, length, put }) => Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]),
      original,
    ),
  )

/** What comes of a script: its items, or why it is refused. Anything but a coded refusal fails the test. */
async function outcome(source: AsyncIterable<Uint8Array>): Promise<PlainItem[] | SqlScriptError> {
  return await readAll(source).catch((error: unknown) => {
    if (error instanceof SqlScriptError) return error
    throw error
  })
}

test('10,000 mutations of a rich script are read, or refused by a code, alike however they are cut', async () => {
  const refused = new Set<string>()
  let read = 0
  await holds(10_000, fc.tuple(mutated, fc.array(place, { maxLength: 8 })), async ([bytes, cuts]) => {
    const whole = await outcome(listed(bytes))
    const cut = await outcome(cutAt(bytes, cuts))
    if (whole instanceof SqlScriptError) {
      refused.add(whole.code)
      expect(cut).toMatchObject({ code: whole.code, message: whole.message, meta: whole.meta })
      expect(whole.meta.offset).toBeLessThanOrEqual(bytes.length)
      return
    }
    read++
    expect(cut).toEqual(whole)
    // Nothing is told twice, or that is not there.
    const told = whole.map(
      ({ text, data = '' }) => Buffer.byteLength(text, 'latin1') + Buffer.byteLength(data, 'latin1'),
    )
    expect(told.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(bytes.length)
    for (const { text } of whole) expect(summarize(text).command.length).toBeLessThanOrEqual(text.length)
  })
  expect(read).toBeGreaterThan(500)
  expect([...refused].sort()).toEqual(['SCRIPT.NUL_BYTE', 'SCRIPT.UNTERMINATED'])
})

test('10,000 mutations have tokens, and nothing but whitespace between them', async () => {
  await holds(10_000, mutated, (bytes) => {
    const text = bytes.toString('latin1')
    let end = 0
    for (const token of tokenize(text)) {
      if (!/^[ \t\n\r\f]*$/.test(text.slice(end, token.start)) || token.end <= token.start) {
        throw new Error(`a gap at ${end}, or a token of nothing`)
      }
      end = token.end
    }
    expect(text.slice(end)).toMatch(/^[ \t\n\r\f]*$/)
    const { backslashAt } = scanForBackslash(bytes)
    if (backslashAt !== undefined) expect(text[backslashAt]).toBe('\\')
  })
})
