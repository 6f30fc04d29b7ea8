import { expect, test } from 'vitest'
import { BlockQueue } from '../../src/copy/block-queue.ts'
import { ReadAhead } from '../../src/copy/read-ahead.ts'

const block = (text: string) => Buffer.from(text)

test('blocks come out as they went in, before and after they are asked for', async () => {
  const queue = new BlockQueue(new ReadAhead(100, () => {}))
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
  const queue = new BlockQueue(new ReadAhead(4, () => room++))
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
  const queue = new BlockQueue(new ReadAhead(100, () => {}))
  queue.push(block('a'))
  queue.fail(new Error('gone'))
  queue.push(block('b'))
  queue.end()
  await expect(queue.next()).rejects.toThrow('gone')
  await expect(queue.next()).rejects.toThrow('gone')
})

test('a failure reaches the one who waits', async () => {
  const queue = new BlockQueue(new ReadAhead(100, () => {}))
  const waiting = queue.next()
  queue.fail(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})

test('queues of one connection share its room', async () => {
  let room = 0
  const readAhead = new ReadAhead(4, () => room++)
  const first = new BlockQueue(readAhead)
  const second = new BlockQueue(readAhead)
  expect(first.push(block('abc'))).toBe(true)
  expect(second.push(block('de'))).toBe(false)
  await first.next()
  expect(room).toBe(1)
  expect(second.push(block('fgh'))).toBe(false)
  // What is dropped makes room as well.
  second.fail(new Error('gone'))
  expect(room).toBe(2)
})

test('while a queue is read there is room for a block, and for more when it has ended', async () => {
  const blockBytes = 512 * 1024
  let room = 0
  const readAhead = new ReadAhead(4 * blockBytes, () => room++)
  const first = new BlockQueue(readAhead)
  expect(first.push(Buffer.alloc(blockBytes))).toBe(true)
  expect(first.push(Buffer.alloc(blockBytes))).toBe(true)
  await first.next()
  expect(first.push(Buffer.alloc(1))).toBe(false)
  await first.next()
  await first.next()
  expect(room).toBe(1)
  first.end()
  const next = new BlockQueue(readAhead)
  expect(next.push(Buffer.alloc(blockBytes))).toBe(false)
  await first.next()
  expect(room).toBe(2)
  expect(next.push(Buffer.alloc(blockBytes))).toBe(true)
})
