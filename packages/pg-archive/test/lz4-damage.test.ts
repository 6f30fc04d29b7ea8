import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from '../../pg-sql/test/seed.ts'
import { decodeLz4 } from '../src/compression/lz4-frames.ts'
import { ArchiveError } from '../src/index.ts'
import { collect, cutAt } from './bytes.ts'
import { block, endMark, frameHeader, lz4Frame, sequence } from './lz4-frames-made.ts'
import { mutated, mutations } from './mutations.ts'

const text = Buffer.from(Array.from({ length: 300 }, (_, index) => `${index}\trow ${index % 7}\t\\N\n`).join(''))
const last = sequence(Buffer.from('12345'))
const within = (bytes: Uint8Array, header = frameHeader(0x60, 0x40)) => Buffer.concat([header, bytes, endMark])

async function problem(stored: Uint8Array): Promise<{ code: string; message: string }> {
  const error: unknown = await collect(decodeLz4(cutAt(stored))).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ArchiveError)) throw new Error('not refused', { cause: error })
  return { code: error.code, message: error.message }
}

const refusals: [string, Buffer, string, string][] = [
  ['nothing', Buffer.alloc(0), 'TRUNCATED', 'ends within: the beginning of a frame (at offset 0)'],
  ['no frame', Buffer.from('1\trow\n'), 'CORRUPT', 'does not begin with a frame (at offset 0)'],
  ['a legacy frame', Buffer.from('02214c180000', 'hex'), 'CORRUPT', 'does not begin with a frame (at offset 0)'],
  [
    'a dictionary',
    within(Buffer.alloc(0), frameHeader(0x61, 0x40, Buffer.alloc(4))),
    'UNSUPPORTED_VERSION',
    'needs a dictionary (at offset 4)',
  ],
  ['another version', within(Buffer.alloc(0), frameHeader(0xa0, 0x40)), 'UNSUPPORTED_VERSION', 'later version'],
  ['a reserved flag', within(Buffer.alloc(0), frameHeader(0x62, 0x40)), 'UNSUPPORTED_VERSION', 'later version'],
  [
    'a reserved bit of the block size',
    within(Buffer.alloc(0), frameHeader(0x60, 0x41)),
    'UNSUPPORTED_VERSION',
    'later version',
  ],
  ['an unknown block size', within(Buffer.alloc(0), frameHeader(0x60, 0x30)), 'UNSUPPORTED_VERSION', 'later version'],
  [
    'a block that is too large',
    within(block(Buffer.alloc(65_537), true)),
    'CORRUPT',
    'larger than its frame allows (at offset 7)',
  ],
  ['a block of 2 GB', within(Buffer.from('ffffff7f', 'hex')), 'CORRUPT', 'larger than its frame allows (at offset 7)'],
  [
    'a stored block of 2 GB',
    within(Buffer.from('ffffffff', 'hex')),
    'CORRUPT',
    'larger than its frame allows (at offset 7)',
  ],
  [
    'a block that expands too far',
    within(block(Buffer.concat([sequence(Buffer.of(1), 1, 70_000), last]))),
    'CORRUPT',
    'a block cannot be decoded (at offset 7)',
  ],
  [
    'literals that expand too far',
    within(block(Buffer.concat([sequence(Buffer.of(1), 1, 65_000), sequence(Buffer.alloc(1000))]))),
    'CORRUPT',
    'a block cannot be decoded (at offset 7)',
  ],
  [
    'a match of offset 0',
    within(block(Buffer.concat([sequence(Buffer.of(1), 0), last]))),
    'CORRUPT',
    'cannot be decoded',
  ],
  [
    'a match before the beginning',
    within(block(Buffer.concat([sequence(Buffer.of(1), 2), last]))),
    'CORRUPT',
    'cannot be decoded',
  ],
  [
    'a match before the block',
    within(Buffer.concat([block(Buffer.from('abc'), true), block(Buffer.concat([sequence(Buffer.of(1), 2), last]))])),
    'CORRUPT',
    'a block cannot be decoded (at offset 14)',
  ],
  ['a block that ends with a match', within(block(sequence(Buffer.of(1), 1))), 'CORRUPT', 'cannot be decoded'],
  [
    'too few literals at the end',
    within(block(Buffer.concat([sequence(Buffer.of(1), 1), sequence(Buffer.from('1234'))]))),
    'CORRUPT',
    'cannot be decoded',
  ],
  ['too few literals in the block', within(block(Buffer.of(0x50, 1, 2, 3, 4))), 'CORRUPT', 'cannot be decoded'],
  ['half an offset', within(block(Buffer.of(0x10, 1, 1))), 'CORRUPT', 'cannot be decoded'],
  ['a length of literals that goes on', within(block(Buffer.of(0xf0, 255, 255))), 'CORRUPT', 'cannot be decoded'],
  ['a length of a match that goes on', within(block(Buffer.of(0x1f, 1, 1, 0, 255))), 'CORRUPT', 'cannot be decoded'],
  [
    'a wrong size',
    Buffer.concat([
      frameHeader(0x68, 0x40, Buffer.from('0400000000000000', 'hex')),
      block(Buffer.from('abc'), true),
      endMark,
    ]),
    'CORRUPT',
    'another size than its header says (at offset 4)',
  ],
  [
    'a size beyond numbers',
    within(Buffer.alloc(0), frameHeader(0x68, 0x40, Buffer.alloc(8, 255))),
    'CORRUPT',
    'another size',
  ],
  [
    'something behind',
    Buffer.concat([lz4Frame(text), Buffer.from('more rows\n')]),
    'TRAILING',
    `Something follows the end of the lz4 data (at offset ${lz4Frame(text).length})`,
  ],
]

describe('refused', () => {
  for (const [name, stored, code, message] of refusals) {
    test(name, async () => {
      expect(await problem(stored)).toEqual({ code: `ARCHIVE.${code}`, message: expect.stringContaining(message) })
    })
  }
})

describe('with checksums', () => {
  const checked = lz4Frame(text, {
    isLinked: true,
    blockBytes: [1000],
    hasBlockChecksums: true,
    hasContentChecksum: true,
  })
  const contentOnly = lz4Frame(text, { blockBytes: [1000], hasContentChecksum: true })

  const refused = (error: unknown) => {
    if (error instanceof ArchiveError) return text
    throw error
  }

  test('the checksum of the header, a block and the content', async () => {
    const flipped = (stored: Buffer, at: number) => {
      const copy = Buffer.from(stored)
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
      return copy
    }
    expect(await problem(flipped(checked, 6))).toMatchObject({
      message: expect.stringContaining('checksum of a header'),
    })
    expect(await problem(flipped(checked, 30))).toMatchObject({
      message: expect.stringContaining('checksum of a block'),
    })
    expect(await problem(flipped(checked, checked.length - 1))).toMatchObject({
      message: expect.stringContaining('checksum of its content'),
    })
    // A literal: only the content's checksum can tell.
    expect(await problem(flipped(contentOnly, 15))).toMatchObject({
      message: expect.stringContaining('checksum of its content'),
    })
  })

  test('cut at each byte', async () => {
    for (let length = 0; length < checked.length; length++) {
      expect((await problem(checked.subarray(0, length))).code, `${length} bytes`).toBe('ARCHIVE.TRUNCATED')
    }
  })

  test('a changed bit, wherever it is, never gives another text', async () => {
    for (const stored of [checked, contentOnly]) {
      for (let bit = 0; bit < stored.length * 8; bit += 3) {
        const damaged = Buffer.from(stored)
        damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        // A match may be found elsewhere as well, with the same bytes.
        expect((await collect(decodeLz4(cutAt(damaged))).catch(refused)).equals(text), `bit ${bit}`).toBe(true)
      }
    }
  })

  test('2,000 mutations never give another text', async () => {
    await holds(2000, mutations, async (changes) => {
      const damaged = mutated(checked, changes)
      expect((await collect(decodeLz4(cutAt(damaged))).catch(refused)).equals(text)).toBe(true)
    })
  })
})

test('5,000 mutations of frames as pg_dump writes them: decoded or refused, alike however they are cut', async () => {
  const stored = lz4Frame(text, { isLinked: true, blockBytes: [700], kinds: ['compressed', 'compressed', 'stored'] })
  const cuts = fc.array(fc.nat({ max: stored.length }), { maxLength: 6 }).map((places) => places.sort((a, b) => a - b))
  const outcome = async (source: AsyncIterable<Uint8Array>) => {
    const chunks: Uint8Array[] = []
    try {
      for await (const chunk of decodeLz4(source)) chunks.push(chunk)
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      return { content: Buffer.concat(chunks), refused: `${error.code} ${error.message}` }
    }
    return { content: Buffer.concat(chunks), refused: undefined }
  }
  let refused = 0
  await holds(5000, fc.record({ changes: mutations, cuts }), async (given) => {
    const damaged = mutated(stored, given.changes)
    const whole = await outcome(cutAt(damaged))
    const cut = await outcome(cutAt(damaged, ...given.cuts))
    expect(cut.refused).toBe(whole.refused)
    expect(cut.content.equals(whole.content)).toBe(true)
    expect(whole.content.length).toBeLessThanOrEqual(damaged.length * 255)
    if (whole.refused) refused++
  })
  expect(refused).toBeGreaterThan(2500)
})
