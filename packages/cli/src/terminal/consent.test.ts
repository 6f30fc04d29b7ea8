import { expect, test } from 'vitest'
import { questionText } from './consent.ts'

test('what is to be consented to is listed, a long list with a count', () => {
  const objects = Array.from({ length: 23 }, (_, index) => `table t${index}`)
  const lines = questionText({ database: 'shop', action: 'drop 23 objects', objects }).split('\n')
  expect(lines[0]).toBe('The restore would drop 23 objects in shop:')
  expect(lines.slice(1)).toEqual([...objects.slice(0, 20).map((object) => `  ${object}`), '  and 3 more'])
})

test('of a script only the next statement is known', () => {
  const text = questionText({ database: 'shop', action: 'DROP TABLE public.orders' })
  expect(text).toBe('The script says DROP TABLE public.orders, and may destroy more in shop.')
})
