import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompress, decompressAs } from '../src/compression/decompress.ts'
import { collect, cutAt } from './bytes.ts'
import { lz4Frame } from './lz4-frames-made.ts'

const text = Buffer.from('1\tsome row\n2\tanother row\n'.repeat(20))
/** A data block as the custom format has it. */
const blocks = { gzip: deflateSync(text), lz4: lz4Frame(text, { isLinked: true }), zstd: zstdCompressSync(text) }
const codecs = ['gzip', 'lz4', 'zstd'] as const

for (const codec of codecs) {
  describe(`a data block of ${codec}`, () => {
    const whole = blocks[codec]

    test('cut in two at every place, and byte by byte', async () => {
      for (let at = 0; at <= whole.length; at++) {
        expect((await collect(decompressAs(codec, cutAt(whole, at)))).equals(text), `cut at ${at}`).toBe(true)
      }
      expect((await collect(decompressAs(codec, cutAt(whole, ...whole.keys())))).equals(text)).toBe(true)
    })

    test('cut off at each byte', async () => {
      for (let length = 0; length < whole.length; length++) {
        await expect(
          collect(decompressAs(codec, cutAt(whole.subarray(0, length)))),
          `${length} bytes`,
        ).rejects.toMatchObject({ code: 'ARCHIVE.TRUNCATED' })
      }
    })

    test('something behind its end, wherever it is cut', async () => {
      for (const behind of [Buffer.alloc(1), Buffer.from('garbage'), Buffer.alloc(5000)]) {
        const longer = Buffer.concat([whole, behind])
        for (const at of [1, whole.length - 1, whole.length, whole.length + 1, longer.length]) {
          await expect(collect(decompressAs(codec, cutAt(longer, at))), `cut at ${at}`).rejects.toMatchObject({
            code: expect.stringMatching(/^ARCHIVE\.(TRAILING|CORRUPT|TRUNCATED)$/),
          })
        }
      }
    })

    test('what is no such data', async () => {
      for (const other of [text, gzipSync(text)]) {
        await expect(collect(decompressAs(codec, cutAt(other)))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
      }
    })
  })
}

describe('a zlib stream', () => {
  test('its checksum is verified', async () => {
    const damaged = Buffer.from(blocks.gzip)
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1)
    await expect(collect(decompressAs('gzip', cutAt(damaged)))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
  })

  test('is one only', async () => {
    const two = Buffer.concat([blocks.gzip, blocks.gzip])
    for (const at of [1, blocks.gzip.length, blocks.gzip.length + 1]) {
      const reading = collect(decompressAs('gzip', cutAt(two, at)))
      await expect(reading).rejects.toMatchObject({ code: 'ARCHIVE.TRAILING' })
    }
  })

  test('has no dictionary', async () => {
    const stored = deflateSync(text, { dictionary: Buffer.from('some row') })
    await expect(collect(decompressAs('gzip', cutAt(stored)))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
  })
})

test('frames of lz4 and zstd may be several', async () => {
  for (const codec of ['lz4', 'zstd'] as const) {
    const two = Buffer.concat([blocks[codec], blocks[codec]])
    expect((await collect(decompressAs(codec, cutAt(two, 5)))).equals(Buffer.concat([text, text]))).toBe(true)
  }
})

describe('what is known is not guessed', () => {
  // Each is a row that a text column can hold, but for zstd's magic number, which is no UTF-8.
  const rows = ['\x04"M\x18\n', 'P*M\x18\n', '\x1f\x8b\n', '(\xb5/\xfd\n'].map((row) => Buffer.from(row, 'latin1'))

  test('rows that begin as compressed data does', async () => {
    for (const row of rows) {
      expect(await collect(decompressAs('none', cutAt(row, 1)))).toEqual(row)
      expect(await collect(decompress(cutAt(row, 1), 'none'))).toEqual(row)
    }
  })

  test('a file whose first byte is damaged is no file of rows', async () => {
    const files = { gzip: gzipSync(text), lz4: blocks.lz4, zstd: blocks.zstd }
    for (const codec of codecs) {
      expect((await collect(decompress(cutAt(files[codec]), codec))).equals(text)).toBe(true)
      const damaged = Buffer.concat([Buffer.from('x'), files[codec].subarray(1)])
      await expect(collect(decompress(cutAt(damaged), codec))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
    }
  })

  test('nothing at all is a large object without content, but no file of gzip', async () => {
    for (const codec of ['none', 'lz4', 'zstd'] as const) {
      expect(await collect(decompress(cutAt(Buffer.alloc(0)), codec))).toHaveLength(0)
    }
    await expect(collect(decompress(cutAt(Buffer.alloc(0)), 'gzip'))).rejects.toMatchObject({
      code: 'ARCHIVE.TRUNCATED',
    })
    expect(await collect(decompressAs('none', cutAt(Buffer.alloc(0))))).toHaveLength(0)
  })
})
