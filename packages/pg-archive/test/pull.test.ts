import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { holds } from '../../pg-sql/test/seed.ts'
import { Pull } from '../src/bytes/pull.ts'
import { collect, cutAt } from './bytes.ts'

const bytes = Buffer.from(Array.from({ length: 40 }, (_, index) => index))

test('every way to take gives the same bytes, wherever the stream is cut', async () => {
  const step = fc.record({
    how: fc.constantFrom('take', 'takeUpTo', 'stream', 'skip'),
    length: fc.nat({ max: 12 }),
  })
  const cuts = fc.uniqueArray(fc.nat({ max: bytes.length })).map((places) => places.sort((a, b) => a - b))
  await holds(500, fc.record({ cuts, steps: fc.array(step, { maxLength: 20 }) }), async ({ cuts, steps }) => {
    const pull = new Pull(cutAt(bytes, ...cuts))
    for (const { how, length } of steps) {
      const start = pull.offset
      const expected = bytes.subarray(start, start + length)
      if (how === 'takeUpTo') {
        const part = await pull.takeUpTo(length)
        expect(part).toEqual(bytes.subarray(start, start + part.length))
        expect(part.length === 0).toBe(length === 0 || start === bytes.length)
      } else {
        const taking =
          how === 'take'
            ? pull.take(length, 'it')
            : how === 'stream'
              ? collect(pull.stream(length, 'it'))
              : pull.skip(length, 'it')
        if (expected.length < length) {
          await expect(taking).rejects.toMatchObject({
            code: 'ARCHIVE.TRUNCATED',
            message: `The archive ends within: it (at offset ${start})`,
            meta: { offset: start },
          })
          return
        }
        expect(await taking).toEqual(how === 'skip' ? undefined : expected)
        expect(pull.offset).toBe(start + length)
      }
      expect(await pull.atEnd()).toBe(pull.offset === bytes.length)
    }
  })
})

test('what lies in one chunk is not copied', async () => {
  const pull = new Pull(cutAt(bytes, 10))
  expect((await pull.take(8, 'it')).buffer).toBe(bytes.buffer)
  expect((await pull.takeUpTo(100)).byteOffset).toBe(bytes.byteOffset + 8)
  expect((await pull.takeUpTo(100)).length).toBe(30)
})

test('no more is read than asked for, and closing ends the source', async () => {
  let chunks = 0
  let isClosed = false
  async function* source() {
    try {
      for (;;) {
        chunks++
        yield Buffer.alloc(10)
      }
    } finally {
      isClosed = true
    }
  }
  const pull = new Pull(source())
  await pull.take(10, 'it')
  expect(chunks).toBe(1)
  await pull.take(11, 'it')
  expect(chunks).toBe(3)
  await pull.takeUpTo(9)
  expect(await pull.atEnd()).toBe(false)
  expect(chunks).toBe(4)
  await pull.close()
  expect(isClosed).toBe(true)
})

test('an error of the source is its own', async () => {
  const error = new Error('the disk is gone')
  async function* source() {
    yield Buffer.alloc(10)
    throw error
  }
  await expect(new Pull(source()).take(11, 'it')).rejects.toBe(error)
})
