import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanForBackslash } from '../src/index.ts'
import { randomScript, randomStatement } from './random-script.ts'
import { chunksOf, cutAt, listed, readAll } from './read-all.ts'
import { RICH_SCRIPT } from './rich-script.ts'
import { holds } from './seed.ts'

test('2,000 random scripts are split as they were put together', async () => {
  await holds(2000, fc.tuple(randomScript, fc.integer({ min: 1, max: 40 })), async ([{ script, items }, size]) => {
    expect(await readAll(chunksOf(Buffer.from(script), size))).toEqual(items)
  })
})

test('500 random scripts are read alike wherever they are cut', async () => {
  const places = fc.array(fc.nat({ max: 500 }), { maxLength: 20 })
  await holds(500, fc.tuple(randomScript, places), async ([{ script, items }, cuts]) => {
    const bytes = Buffer.from(script)
    expect(await readAll(cutAt(bytes, cuts))).toEqual(items)
    expect(await readAll(chunksOf(bytes, 1))).toEqual(items)
  })
})

test('300 random scripts are read alike behind a long one', async () => {
  const before = await readAll(listed(RICH_SCRIPT))
  const lines = RICH_SCRIPT.split('\n').length - 1
  const bytes = Buffer.byteLength(RICH_SCRIPT)
  await holds(300, randomScript, async ({ script, items }) => {
    const moved = items.map((item) => ({ ...item, line: item.line + lines, offset: item.offset + bytes }))
    expect(await readAll(listed(RICH_SCRIPT, script))).toEqual([...before, ...moved])
  })
})

test('the tokenizer agrees with the reader on where 5,000 statements end', async () => {
  await holds(5000, randomStatement, (sql) => {
    expect(scanForBackslash(sql)).toEqual({ backslashAt: undefined, endsOpen: false })
    expect(scanForBackslash(sql.slice(0, -1)).endsOpen).toBe(true)
  })
})
