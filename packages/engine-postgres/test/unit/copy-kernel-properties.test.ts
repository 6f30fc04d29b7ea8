import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CopyKernel } from '../../src/copy/copy-kernel.ts'

const copyData = 0x64

function message(type: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header[0] = type
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

/** Rows of any bytes but a line feed, as COPY text has them; in one message each, or spread over several as a proxy may do. */
const rows = fc.array(
  fc.record({
    text: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 9 : byte)))),
    pieces: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 60 },
)
const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 50 })

test('however rows are cut into messages and those into reads: their text, and how many they are', () => {
  const kernel = new CopyKernel()
  fc.assert(
    fc.property(rows, cuts, (given, sizes) => {
      const expected = Buffer.concat(given.map(({ text }) => Buffer.concat([text, Buffer.from('\n')])))
      const wire = Buffer.concat(
        given.flatMap(({ text, pieces }) => {
          const row = Buffer.concat([text, Buffer.from('\n')])
          const size = Math.ceil(row.length / pieces)
          return Array.from({ length: pieces }, (_, i) => message(copyData, row.subarray(i * size, (i + 1) * size)))
        }),
      )
      kernel.reset()
      const blocks: Buffer[] = []
      for (let at = 0, i = 0; at < wire.length; i++) {
        const piece = wire.subarray(at, at + (sizes[i % sizes.length] ?? 1))
        kernel.input.set(piece)
        expect(kernel.take(0, piece.length, (block) => blocks.push(block))).toBe(piece.length)
        at += piece.length
      }
      blocks.push(kernel.takeBlock())
      expect(kernel.rows).toBe(given.length)
      expect(Buffer.concat(blocks).equals(expected)).toBe(true)
    }),
    { numRuns: 2000, seed: Number(process.env.PGARK_TEST_SEED ?? 1) },
  )
})

test('10,000 streams of any bytes: taken to the end, stopped at what is no row, or refused', () => {
  const kernel = new CopyKernel()
  const anyMessages = fc.array(
    fc.tuple(fc.constantFrom(copyData, copyData, copyData, 0x4e, 0x63, 0), fc.uint8Array({ maxLength: 40 })),
    { maxLength: 8 },
  )
  const stream = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(anyMessages, fc.integer({ min: 0, max: 255 }), fc.nat(200)).map(([messages, byte, place]) => {
      const bytes = Buffer.concat(messages.map(([type, body]) => message(type, body)))
      if (bytes.length > 0) bytes[place % bytes.length] = byte
      return bytes
    }),
  )
  fc.assert(
    fc.property(stream, (bytes) => {
      kernel.reset()
      kernel.input.set(bytes)
      let taken: number
      try {
        taken = kernel.take(0, bytes.length, () => {})
      } catch (error) {
        // A message that is shorter than its own length.
        expect((error as Error).name).toBe('RuntimeError')
        return
      }
      expect(taken).toBeLessThanOrEqual(bytes.length)
      if (taken < bytes.length) expect(bytes[taken]).not.toBe(copyData)
      expect(kernel.takeBlock().length).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 10_000, seed: Number(process.env.PGARK_TEST_SEED ?? 1) },
  )
})
