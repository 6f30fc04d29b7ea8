import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from '../../pg-sql/test/seed.ts'
import { detectCodec } from '../src/compression/codec.ts'
import { decodeLz4 } from '../src/compression/lz4-frames.ts'
import { decompress } from '../src/index.ts'
import { chunksOf, collect, cutAt } from './bytes.ts'
import {
  block,
  endMark,
  type FrameOptions,
  frameHeader,
  lz4Frame,
  sequence,
  skippableFrame,
} from './lz4-frames-made.ts'

const rows = (count: number) =>
  Buffer.from(Array.from({ length: count }, (_, index) => `${index}\trow ${index % 7}\t\\N\n`).join(''))
const decoded = async (...frames: Buffer[]) => await collect(decodeLz4(cutAt(Buffer.concat(frames))))

test('what pg_dump 17 writes for a large object of three bytes', async () => {
  const stored = Buffer.from('04224d184040c003000080616263' + '00000000', 'hex')
  expect((await decoded(stored)).toString()).toBe('abc')
  expect(detectCodec(stored)).toBe('lz4')
  expect((await collect(decompress(cutAt(stored)))).toString()).toBe('abc')
})

describe('every kind of frame, cut at each place', () => {
  const text = rows(40)
  const kinds: [string, FrameOptions][] = [
    ['independent blocks', { blockBytes: [200] }],
    ['linked blocks', { isLinked: true, blockBytes: [200] }],
    ['stored blocks among linked ones', { isLinked: true, blockBytes: [90, 300], kinds: ['stored', 'compressed'] }],
    [
      'every checksum and the size',
      { isLinked: true, blockBytes: [250], hasBlockChecksums: true, hasContentChecksum: true, hasContentSize: true },
    ],
    ['blocks of up to 4 MB', { sizeCode: 7, hasContentChecksum: true }],
  ]
  for (const [name, options] of kinds) {
    test(name, async () => {
      const stored = lz4Frame(text, options)
      expect(stored.length).toBeLessThan(text.length)
      for (let at = 0; at <= stored.length; at++) {
        expect((await collect(decodeLz4(cutAt(stored, at)))).equals(text), `cut at ${at}`).toBe(true)
      }
      expect((await collect(decodeLz4(cutAt(stored, ...stored.keys())))).equals(text)).toBe(true)
    })
  }
})

test('whatever the content, the kind of frame and the chunks', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 3000 }))
      .map(([unit, length]) => Buffer.alloc(length, unit)),
  )
  const options = fc.record({
    isLinked: fc.boolean(),
    hasBlockChecksums: fc.boolean(),
    hasContentChecksum: fc.boolean(),
    hasContentSize: fc.boolean(),
    sizeCode: fc.integer({ min: 4, max: 7 }),
    blockBytes: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 }),
    kinds: fc.array(fc.constantFrom('compressed' as const, 'stored' as const), { minLength: 1, maxLength: 3 }),
  })
  const frame = fc.record({
    content: fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces)),
    options,
  })
  const cuts = fc.array(fc.nat({ max: 20_000 }), { maxLength: 10 }).map((places) => places.sort((a, b) => a - b))
  await holds(400, fc.record({ frames: fc.array(frame, { minLength: 1, maxLength: 3 }), cuts }), async (given) => {
    const stored = Buffer.concat(given.frames.map(({ content, options }) => lz4Frame(content, options)))
    const expected = Buffer.concat(given.frames.map(({ content }) => content))
    expect(Buffer.compare(await collect(decodeLz4(cutAt(stored, ...given.cuts))), expected)).toBe(0)
  })
})

describe('full blocks of each size, matches across them', () => {
  for (const sizeCode of [4, 5, 6, 7]) {
    for (const isLinked of [true, false]) {
      test(`${4 ** (sizeCode - 4) * 64} KB, ${isLinked ? 'linked' : 'independent'}`, async () => {
        // Matches reach far back, where there is something.
        const content = Buffer.alloc(5_000_000, randomBytes(isLinked ? 60_000 : 5000))
        const stored = lz4Frame(content, { sizeCode, isLinked, hasContentChecksum: true })
        expect(stored.length).toBeLessThan(content.length / 10)
        const chunks = await chunksOf(decodeLz4(cutAt(stored, 1000, 70_000)))
        // All are there at the end: none was overwritten by a later one.
        expect(Buffer.compare(Buffer.concat(chunks), content)).toBe(0)
        expect(chunks[0]?.length).toBe(Math.min(content.length, 2 ** (8 + 2 * sizeCode)))
      })
    }
  }
})

test('lengths of literals and matches around where they get another byte, each way to overlap', async () => {
  for (const literals of [1, 4, 14, 15, 16, 32, 33, 269, 270, 271, 525]) {
    for (const length of [4, 18, 19, 20, 32, 33, 273, 274, 275, 5000]) {
      for (const offset of [1, 2, 3, 4, 31, 33, 500].filter((back) => back <= literals)) {
        const start = randomBytes(literals)
        const period = start.subarray(literals - offset)
        const bytes = Buffer.concat([sequence(start, offset, length), sequence(Buffer.from('12345'))])
        const expected = Buffer.concat([start, Buffer.alloc(length, period), Buffer.from('12345')])
        const found = await decoded(frameHeader(0x60, 0x40), block(bytes), endMark)
        expect(found.equals(expected), `${literals} literals, then ${length} from ${offset} back`).toBe(true)
      }
    }
  }
})

describe('several frames', () => {
  test('one after the other, with skippable ones between and behind', async () => {
    const text = rows(10)
    const frame = lz4Frame(text, { hasContentChecksum: true })
    const empty = lz4Frame(Buffer.alloc(0), { hasContentChecksum: true, hasContentSize: true })
    const all = Buffer.concat([
      frame,
      skippableFrame(0),
      empty,
      skippableFrame(70_000, 15),
      frame,
      skippableFrame(3, 7),
    ])
    for (const size of [1, 7, 100, 65_536, all.length]) {
      const places = Array.from({ length: Math.floor(all.length / size) }, (_, index) => (index + 1) * size)
      expect((await collect(decompress(cutAt(all, ...places)))).equals(Buffer.concat([text, text])), `${size}`).toBe(
        true,
      )
    }
  })

  test('a match does not reach into the frame before', async () => {
    const first = lz4Frame(Buffer.from('a secret of another frame'), { isLinked: true })
    const second = [
      frameHeader(0x40, 0x40),
      block(Buffer.concat([sequence(Buffer.of(), 20, 8), sequence(Buffer.from('12345'))])),
      endMark,
    ]
    await expect(decoded(first, ...second)).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
  })
})

describe('memory does not grow with what a frame says', () => {
  const memoryOf = async (stored: Buffer) => {
    const chunks = await chunksOf(decodeLz4(cutAt(stored)))
    return { bytes: Buffer.concat(chunks).length, buffers: new Set(chunks.map((chunk) => chunk.buffer)).size }
  }

  test('thousands of frames of 4 MB blocks with a byte each share memory', async () => {
    const frame = lz4Frame(Buffer.from('x'), { sizeCode: 7 })
    expect(await memoryOf(Buffer.concat(Array.from({ length: 5000 }, () => frame)))).toEqual({
      bytes: 5000,
      buffers: 1,
    })
  })

  test('thousands of tiny blocks in a frame of 4 MB blocks share memory', async () => {
    const stored = lz4Frame(Buffer.alloc(20_000, 'y'), {
      sizeCode: 7,
      blockBytes: [4],
      kinds: ['stored', 'compressed'],
    })
    expect(await memoryOf(stored)).toEqual({ bytes: 20_000, buffers: 1 })
  })

  test('blocks that hold nothing are no chunks', async () => {
    const nothing = Buffer.concat(Array.from({ length: 5000 }, () => block(Buffer.of(0))))
    expect(await memoryOf(Buffer.concat([frameHeader(0x60, 0x70), nothing, endMark]))).toEqual({ bytes: 0, buffers: 0 })
  })
})
