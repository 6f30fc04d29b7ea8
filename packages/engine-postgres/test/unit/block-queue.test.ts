import { expect, test } from 'vitest'
import { BlockQueue } from '../../src/copy/block-queue.ts'

const block = (text: string) => Buffer.from(text)

test('blocks come out as they went in, before and after they are asked for', async () => {
  const queue = new BlockQueue(100, () => {})
  queue.push(block('a'))
  queue.push(block(''))
  const taken: string[] = []
  const reading = (async () => {
    for await (const each of queue) taken.push(each.toString())
  })()
  queue.push(block('b'))
  queue.end()
  await reading
  expect(taken).toEqual(['a', 'b'])
})

test('tells when it is full, and once when there is room again', async () => {
  let room = 0
  const queue = new BlockQueue(4, () => room++)
  expect(queue.push(block('ab'))).toBe(true)
  expect(queue.push(block('cd'))).toBe(false)
  expect(queue.push(block('ef'))).toBe(false)
  await queue.next()
  expect(room).toBe(0)
  await queue.next()
  expect(room).toBe(1)
  await queue.next()
  expect(room).toBe(1)
})

test('a failure comes before what was not read yet, and stays', async () => {
  const queue = new BlockQueue(100, () => {})
  queue.push(block('a'))
  queue.fail(new Error('gone'))
  queue.push(block('b'))
  queue.end()
  await expect(queue.next()).rejects.toThrow('gone')
  await expect(queue.next()).rejects.toThrow('gone')
})

test('a failure reaches the one who waits', async () => {
  const queue = new BlockQueue(100, () => {})
  const waiting = queue.next()
  queue.fail(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})
