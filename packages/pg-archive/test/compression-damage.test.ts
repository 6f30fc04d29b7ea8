import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compress, decompress } from '../src/index.ts'
import { collect, cutAt } from './bytes.ts'
import { lz4Frame } from './lz4-frames-made.ts'

const text = Buffer.from('1\tsome row\n2\tanother row\n'.repeat(20))
const stored = {
  gzip: gzipSync(text),
  lz4: lz4Frame(text, { isLinked: true, blockBytes: [200], hasContentChecksum: true }),
  zstd: await collect(compress(cutAt(text), 'zstd')),
}
/** Fewer bytes than this tell no codec: they are taken for what they are. */
const magicBytes = { gzip: 2, lz4: 4, zstd: 4 }

/** What came out before the damage was found, and what was said of it. */
async function outcome(bytes: Uint8Array) {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of decompress(cutAt(bytes))) chunks.push(chunk)
    return { code: undefined, text: Buffer.concat(chunks) }
  } catch (error) {
    return { code: (error as { code: unknown }).code, text: Buffer.concat(chunks) }
  }
}

for (const codec of ['gzip', 'lz4', 'zstd'] as const) {
  const whole = stored[codec]
  describe(codec, () => {
    test('cut at each byte', async () => {
      for (let length = magicBytes[codec]; length < whole.length; length++) {
        expect((await outcome(whole.subarray(0, length))).code, `${length} bytes`).toBe('ARCHIVE.TRUNCATED')
      }
    })

    test('cut before its kind can be told: the bytes as they are, which are no script', async () => {
      for (let length = 0; length < magicBytes[codec]; length++) {
        expect(await outcome(whole.subarray(0, length))).toEqual({ code: undefined, text: whole.subarray(0, length) })
      }
    })

    test('a changed byte, wherever it is, never gives another text', async () => {
      for (let at = magicBytes[codec]; at < whole.length; at++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const damaged = Buffer.from(whole)
          damaged[at] = (damaged[at] ?? 0) ^ change
          const found = await outcome(damaged)
          // Some bits mean nothing: a time, an operating system.
          if (found.code === undefined) expect(found.text, `byte ${at}`).toEqual(text)
          else expect(found.code, `byte ${at}`).toMatch(/^ARCHIVE\.(CORRUPT|TRUNCATED|TRAILING)$/)
        }
      }
    })

    test('a changed byte in the content or its checksum', async () => {
      for (const at of [whole.length >> 1, whole.length - 2]) {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] ?? 0) ^ 0x10
        expect((await outcome(damaged)).code).toBe('ARCHIVE.CORRUPT')
      }
    })

    test('a second piece that is cut', async () => {
      const both = Buffer.concat([whole, whole])
      for (const missing of [1, 5, whole.length - 8]) {
        expect((await outcome(both.subarray(0, -missing))).code).toBe('ARCHIVE.TRUNCATED')
      }
    })

    test('something behind the end, wherever it is cut', async () => {
      for (const behind of [Buffer.from('garbage'), Buffer.alloc(1), Buffer.alloc(5000), Buffer.from('\0\0more')]) {
        const longer = Buffer.concat([whole, behind])
        for (const size of [1, 7, 64, longer.length]) {
          const places = Array.from({ length: Math.ceil(longer.length / size) }, (_, index) => index * size)
          const reading = collect(decompress(cutAt(longer, ...places)))
          await expect(reading, `${behind.length} bytes, ${size}`).rejects.toMatchObject({
            code: expect.stringMatching(/^ARCHIVE\.(TRAILING|CORRUPT|TRUNCATED)$/),
          })
        }
      }
    })

    test('an error of the source is its own', async () => {
      const error = Object.assign(new Error('read ECONNRESET'), { errno: -104, code: 'ECONNRESET', syscall: 'read' })
      for (const length of [0, 1, 10, whole.length - 1, whole.length]) {
        async function* failing() {
          if (length > 0) yield whole.subarray(0, length)
          throw error
        }
        await expect(collect(decompress(failing())), `${length} bytes`).rejects.toBe(error)
      }
    })

    test('who stops reading closes the source', async () => {
      let isClosed = false
      async function* endless() {
        try {
          for (;;) yield whole
        } finally {
          isClosed = true
        }
      }
      for await (const _ of decompress(endless())) break
      // The source is closed by the stream behind it, a turn later.
      for (let turn = 0; turn < 100 && !isClosed; turn++) await new Promise(setImmediate)
      expect(isClosed).toBe(true)
    })
  })
}

test('something else after a zstd frame', async () => {
  expect((await outcome(Buffer.concat([stored.zstd, Buffer.from('SELECT 1;\n')]))).code).toBe('ARCHIVE.TRAILING')
})

test('an error while compressing is its own', async () => {
  const error = new Error('the database is gone')
  async function* failing() {
    yield text
    throw error
  }
  for (const codec of ['none', 'gzip', 'zstd'] as const) {
    await expect(collect(compress(failing(), codec))).rejects.toBe(error)
  }
})
