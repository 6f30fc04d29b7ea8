import { randomBytes } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compressBlocks } from '../src/compression/compress-blocks.ts'
import { compress, decompress } from '../src/index.ts'
import { collect } from './bytes.ts'

type Lent = Uint8Array & Partial<Disposable>

test('chunks that were lent to the compressor are handed back once, after they were read', async () => {
  const returned: number[] = []
  const chunks = [3, 700_000, 10, 2_500_000].map((size, index) =>
    Object.assign(randomBytes(size), { [Symbol.dispose]: () => void returned.push(index) }),
  )
  const whole = Buffer.concat(chunks)
  const stored: Uint8Array[] = []
  for await (const part of compress(each(chunks), 'zstd')) stored.push(Buffer.from(part))
  expect(Buffer.compare(zstdDecompressSync(Buffer.concat(stored)), whole)).toBe(0)
  // What was cut into several blocks is left to the garbage collector.
  expect(returned.toSorted()).toEqual([0, 1, 2])
})

test.each([
  { codec: 'gzip', pieces: 50 },
  { codec: 'zstd', pieces: 15 },
] as const)(
  'what is read of $codec and written again takes the same memory over and over',
  async ({ codec, pieces: least }) => {
    const body = randomBytes(8_000_000)
    const stored = await collect(compress(each([body]), codec))
    const memory = new Set<ArrayBufferLike>()
    async function* read() {
      for await (const chunk of decompress(each(pieces(stored)), codec)) {
        memory.add(chunk.buffer)
        yield chunk
      }
    }
    const again: Uint8Array[] = []
    let kept = 0
    for await (const part of compress(read(), codec) as AsyncIterable<Lent>) {
      again.push(Buffer.from(part))
      memory.add(part.buffer)
      part[Symbol.dispose]?.()
      kept = Math.max(kept, sum(memory))
    }
    const content = await collect(decompress(each(again), codec))
    expect(Buffer.compare(content, body)).toBe(0)
    expect(memory.size).toBeGreaterThan(least)
    expect(kept).toBeLessThan(3_000_000)
  },
)

const sum = (memory: ReadonlySet<ArrayBufferLike>) =>
  [...memory].reduce((total, { byteLength }) => total + byteLength, 0)

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}

describe.each([
  { inThread: true, where: 'in threads' },
  { inThread: false, where: 'here' },
])('compressing $where', ({ inThread }) => {
  test('what is lent is whole until it is handed back, and its memory is free at once', async () => {
    const body = randomBytes(5_000_000)
    const stored: Uint8Array[] = []
    const lent = new Set<ArrayBufferLike>()
    let kept = 0
    for await (const part of compressBlocks(each([body]), 1, inThread) as AsyncIterable<Lent>) {
      stored.push(Buffer.from(part))
      lent.add(part.buffer)
      part[Symbol.dispose]?.()
      kept = Math.max(kept, sum(lent))
    }
    expect(Buffer.compare(zstdDecompressSync(Buffer.concat(stored)), body)).toBe(0)
    expect(lent.size).toBeGreaterThanOrEqual(5)
    // Of the frames that are being read, each encoder keeps the buffer that it has not filled.
    expect(kept).toBeLessThan(3_000_000)
  })

  test('short frames keep no more memory than they need, but for what all of them share', async () => {
    const body = Array.from({ length: 50 }, () => Buffer.alloc(1024 * 1024))
    const memory = new Set<ArrayBufferLike>()
    for await (const part of compressBlocks(each(body), 1, inThread)) memory.add(part.buffer)
    expect(sum(memory)).toBeLessThan(1024 * 1024)
  })

  test('memory that other buffers share is never lent', async () => {
    const body = [...Array.from({ length: 20 }, () => randomBytes(1_000_000)), Buffer.from('small')]
    let lent = 0
    for await (const part of compressBlocks(each(body), 1, inThread) as AsyncIterable<Lent>) {
      if (part[Symbol.dispose] && part.length < part.buffer.byteLength) {
        expect(part.buffer.byteLength).toBeGreaterThan(Buffer.poolSize)
        lent++
      }
      part[Symbol.dispose]?.()
    }
    expect(lent).toBeGreaterThan(10)
  })
})

async function* each(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks
}
