import { expect, test } from 'vitest'
import { blocks } from '../blocks.ts'

test('a block keeps the line numbers of its document', () => {
  const [block] = blocks('# Title\n\n```ts\nconst a = 1\n```\n', 'ts')
  expect(block).toEqual({ line: 3, code: '\n\n\nconst a = 1' })
})

test('blocks of other languages, and fences inside longer fences, are not taken', () => {
  expect(blocks('```sh\nls\n```\n````md\n```ts\nlet b\n```\n````\n', 'ts')).toEqual([])
})

test('the indentation of a list is not part of the code', () => {
  expect(blocks('- item\n  ```ts\n  if (c) {\n    d()\n  }\n  ```', 'ts')[0]?.code.trim()).toBe('if (c) {\n  d()\n}')
})

test('a block that never ends is an error', () => {
  expect(() => blocks('```ts\nlet e\n', 'ts')).toThrow('line 1')
})
