import { randomBytes } from 'node:crypto'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { detectCodec } from '../src/compression/codec.ts'
import { compress, decompress, type WritableCodec } from '../src/index.ts'
import { collect, cutAt } from './bytes.ts'

const codecs: WritableCodec[] = ['none', 'gzip', 'zstd']
const bodies: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['text', Buffer.from('-- a dump\nSELECT 1;\n')],
  ['a MB that compresses', Buffer.alloc(1024 * 1024, 'row\t1\n')],
  ['a MB that does not', randomBytes(1024 * 1024)],
]

for (const codec of codecs) {
  describe(`${codec}: what goes in comes out`, () => {
    for (const [name, body] of bodies) {
      test(name, async () => {
        const stored = await collect(compress(cutAt(body, Math.floor(body.length / 2)), codec))
        expect(Buffer.compare(await collect(decompress(cutAt(stored, Math.floor(stored.length / 3)))), body)).toBe(0)
        expect(body.length === 0 && codec === 'none' ? codec : detectCodec(stored)).toBe(codec)
        // And other programs read it.
        if (codec === 'gzip') expect(Buffer.compare(gunzipSync(stored), body)).toBe(0)
        if (codec === 'zstd') expect(Buffer.compare(zstdDecompressSync(stored), body)).toBe(0)
      })
    }
  })
}

describe('several compressed pieces in one file are one text', () => {
  const parts = ['first ', 'second ', '', 'third'].map((text) => Buffer.from(text))
  const whole = 'first second third'
  /** What pzstd writes before each frame: its size, in a frame that decoders skip. */
  const skippable = (length: number, variant = 0) => {
    const frame = Buffer.alloc(8 + length, 0xab)
    frame.writeUInt32LE(0x184d2a50 + variant, 0)
    frame.writeUInt32LE(length, 4)
    return frame
  }
  const frames = parts.map((part) => zstdCompressSync(part))
  const files: [string, Buffer][] = [
    ['gzip members', Buffer.concat(parts.map((part) => gzipSync(part)))],
    ['zstd frames', Buffer.concat(frames)],
    ['skippable frames between', Buffer.concat(frames.flatMap((frame, index) => [skippable(4, index), frame]))],
    ['skippable frames at the end', Buffer.concat([...frames, skippable(0), skippable(100, 15)])],
  ]
  for (const [name, file] of files) {
    test(`${name}, cut at every place`, async () => {
      for (let at = 0; at <= file.length; at++) {
        expect((await collect(decompress(cutAt(file, at)))).toString(), `cut at ${at}`).toBe(whole)
      }
    })
    test(`${name}, byte by byte`, async () => {
      expect((await collect(decompress(cutAt(file, ...file.keys())))).toString()).toBe(whole)
    })
  }

  test('frames larger than a chunk', async () => {
    const large = [randomBytes(300_000), Buffer.alloc(700_000, 'x'), randomBytes(200_000)]
    const file = Buffer.concat(large.map((part) => zstdCompressSync(part)))
    const places = Array.from({ length: Math.floor(file.length / 65_536) }, (_, index) => (index + 1) * 65_536)
    expect(Buffer.compare(await collect(decompress(cutAt(file, ...places))), Buffer.concat(large))).toBe(0)
  })
})

test.each([
  ['bzip2', 'BZh91AY&SY'],
  ['xz', '\xfd7zXZ\0'],
  ['zip', 'PK\x03\x04'],
])('what is compressed by %s is refused, and its source ended', async (program, magic) => {
  let isEnded = false
  async function* source() {
    try {
      yield* [Buffer.from(magic, 'latin1'), Buffer.alloc(1000)]
    } finally {
      isEnded = true
    }
  }
  await expect(collect(decompress(source()))).rejects.toMatchObject({
    code: 'REFUSED.FORMAT',
    message: `This is compressed by ${program}, which is not read here.`,
  })
  expect(isEnded).toBe(true)
  // Where it is said what it is, its rows may begin with any bytes.
  expect((await collect(decompress(source(), 'none'))).length).toBe(magic.length + 1000)
})
