import { describe, expect, test } from 'vitest'
import { readToc, readTocFrom, writeToc } from '../src/index.ts'
import { archive } from './archive-bytes.ts'
import { header, table } from './archives/sample-archive.ts'
import { collect, cutAt } from './bytes.ts'

const toc = archive()
const blocks = Buffer.from('data blocks'.repeat(50_000))
const whole = Buffer.concat([toc, blocks])
const long = archive({ definition: `SELECT '${'x'.repeat(300_000)}';` })

/** Its first definition has a length of 2 GiB. */
const claiming = Buffer.from(toc)
claiming.writeUInt32LE(0x7fffffff, toc.indexOf('CREATE TABLE') - 4)

/** Counts what is taken from it, reuses its memory, and tells whether it was ended. */
function source(bytes: Uint8Array, chunkBytes: number) {
  const state = { taken: 0, ended: false, opened: 0 }
  async function* chunks() {
    state.opened++
    const memory = Buffer.alloc(chunkBytes)
    try {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const part = bytes.subarray(at, at + chunkBytes)
        memory.fill(0).set(part)
        state.taken += part.length
        yield memory.subarray(0, part.length)
      }
    } finally {
      state.ended = true
    }
  }
  return { state, chunks: chunks() }
}

describe('a table of contents read from a stream', () => {
  test.each([1, 7, 100, 65_536, 10_000_000])('in chunks of %i bytes; the rest is the rest', async (chunkBytes) => {
    const bytes = chunkBytes < 100 ? whole.subarray(0, toc.length + 1000) : whole
    const { chunks, state } = source(bytes, chunkBytes)
    const { archive: read, rest } = await readTocFrom(chunks)
    expect(read).toEqual(readToc(toc))
    expect(await collect(copied(rest))).toEqual(bytes.subarray(toc.length))
    expect(state.ended).toBe(true)
  })

  test('no more is taken than is needed, or twice as much', async () => {
    const { chunks, state } = source(Buffer.concat([long, Buffer.alloc(5_000_000)]), 10_000)
    expect((await readTocFrom(chunks)).archive).toEqual(readToc(long))
    expect(state.taken).toBeLessThan(2 * long.length + 10_000)
  })

  test('of many entries, cut anywhere', async () => {
    const many = Array.from({ length: 3000 }, (_, at) => table(at + 1, `table ${at}`, { dependencies: [at || 9999] }))
    const bytes = writeToc({ header: header(), entries: many })
    expect(bytes.length).toBeGreaterThan(4 * 65_536)
    for (const chunkBytes of [777, 40_000, 65_536]) {
      const { chunks, state } = source(Buffer.concat([bytes, Buffer.alloc(5_000_000)]), chunkBytes)
      const { archive: read } = await readTocFrom(chunks)
      expect(read).toEqual({ header: header(), entries: many, tocEnd: bytes.length })
      expect(state.taken).toBeLessThan(bytes.length + 2 * 65_536)
    }
  })

  test('damage is told with its place', async () => {
    const many = Array.from({ length: 3000 }, (_, at) => table(at + 1, `table ${at}`))
    const bytes = writeToc({ header: header(), entries: many })
    const place = bytes.indexOf('table 2900') - 5
    bytes[place] = 2
    await expect(readTocFrom(source(bytes, 10_000).chunks)).rejects.toMatchObject({
      code: 'ARCHIVE.CORRUPT',
      message: expect.stringContaining(`in entry 2900 at offset ${place}`),
      meta: { entry: 2900, offset: place },
    })
  })

  test('without anything behind it', async () => {
    const { rest } = await readTocFrom(cutAt(toc, 10))
    expect(await rest.next()).toEqual({ done: true, value: undefined })
  })

  test('the source is ended with the rest, begun or not', async () => {
    const untouched = source(whole, 65_536)
    await (await readTocFrom(untouched.chunks)).rest.return?.()
    expect(untouched.state.ended).toBe(true)
    const begun = source(whole, 65_536)
    for await (const _ of (await readTocFrom(begun.chunks)).rest) break
    expect(begun.state.ended).toBe(true)
  })

  test('options are those of readToc', async () => {
    const bytes = archive({ definition: Buffer.from([0xff]) })
    await expect(readTocFrom(cutAt(bytes))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
    expect((await readTocFrom(cutAt(bytes), { decode: 'latin1' })).archive.entries[0]?.definition).toBe('\xff')
  })
})

describe('refused, and the source ended:', () => {
  const cases: [string, Uint8Array, number | undefined, string][] = [
    ['a cut one', toc.subarray(0, toc.length - 1), undefined, 'ARCHIVE.TRUNCATED'],
    ['a damaged one, at once', archive({ dumpId: 0 }), undefined, 'ARCHIVE.CORRUPT'],
    ['something else', Buffer.from('-- PostgreSQL database dump'), undefined, 'ARCHIVE.BAD_MAGIC'],
    ['nothing', Buffer.alloc(0), undefined, 'ARCHIVE.TRUNCATED'],
    ['one byte more than the limit', whole, toc.length - 1, 'ARCHIVE.LIMIT'],
    ['one with an entry that claims more than the limit', Buffer.concat([claiming, blocks]), 100_000, 'ARCHIVE.LIMIT'],
    [
      'one that claims more entries than there are, at once',
      Buffer.concat([archive({ count: 2 ** 31 - 1 }), blocks]),
      undefined,
      'ARCHIVE.CORRUPT',
    ],
    ['one that does so, and ends', archive({ count: 2 ** 31 - 1 }), undefined, 'ARCHIVE.TRUNCATED'],
  ]
  test.each(cases)('%s', async (_, bytes, maxBytes, code) => {
    const { chunks, state } = source(bytes, 50)
    await expect(readTocFrom(chunks, maxBytes === undefined ? {} : { maxBytes })).rejects.toMatchObject({ code })
    expect(state.ended).toBe(true)
    expect(state.taken).toBeLessThan(Math.min(bytes.length, (maxBytes ?? bytes.length) + 50) + 1)
  })

  test('not one as long as the limit', async () => {
    for (const maxBytes of [toc.length, toc.length + 1]) {
      expect((await readTocFrom(cutAt(whole, 5), { maxBytes })).archive.tocEnd).toBe(toc.length)
    }
    await expect(readTocFrom(cutAt(whole), { maxBytes: toc.length - 1 })).rejects.toMatchObject({
      code: 'ARCHIVE.LIMIT',
    })
  })
})

async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
