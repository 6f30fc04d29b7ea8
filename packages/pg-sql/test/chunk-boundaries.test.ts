import { expect, test } from 'vitest'
import { chunksOf, listed, readAll } from './read-all.ts'
import { RICH_ITEMS, RICH_SCRIPT } from './rich-script.ts'

const bytes = Buffer.from(RICH_SCRIPT)

test('reads a rich script', async () => {
  const items = await readAll(listed(bytes))
  expect(items.map(({ offset: _, ...item }) => item)).toEqual(RICH_ITEMS)
})

test('tells the offset of each item', async () => {
  for (const { text, offset } of await readAll(listed(bytes))) {
    const [firstLine = ''] = text.split('\n')
    expect(bytes.toString('utf8', offset, offset + Buffer.byteLength(firstLine))).toBe(firstLine)
  }
})

test('reads the same items wherever the script is cut in two', async () => {
  const whole = await readAll(listed(bytes))
  for (let at = 0; at <= bytes.length; at++) {
    expect(await readAll(listed(bytes.subarray(0, at), bytes.subarray(at))), `cut at ${at}`).toEqual(whole)
  }
})

test.each([1, 2, 3, 5, 7, 64])('reads the same items in chunks of %i bytes', async (size) => {
  expect(await readAll(chunksOf(bytes, size))).toEqual(await readAll(listed(bytes)))
})
