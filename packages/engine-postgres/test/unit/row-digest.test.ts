import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CopyKernel } from '../../src/copy/copy-kernel.ts'
import { addDigests, noRows, subtractDigests } from '../../src/copy/digest.ts'
import { TextDigester } from '../../src/copy/text-digester.ts'
import { referenceDigest } from '../support/reference-digest.ts'

const seed = Number(process.env.PGARK_TEST_SEED ?? 1)
const lineFeed = 0x0a

/** Bytes without order, the same each time, with no line feed among them. */
function row(length: number): Buffer {
  const blocks: Buffer[] = []
  for (let i = 0; i * 64 < length; i++) blocks.push(createHash('sha512').update(`${length} ${i}`).digest())
  return Buffer.concat(blocks).subarray(0, length).map(notLineFeed) as Buffer
}
const notLineFeed = (byte: number) => (byte === lineFeed ? 0x0b : byte)

const textOf = (rows: readonly Uint8Array[]) => Buffer.concat(rows.flatMap((bytes) => [bytes, Buffer.of(lineFeed)]))

/** The text in CopyData messages of those sizes, over and over. */
function wireOf(text: Buffer, sizes: readonly number[]): Buffer {
  const messages: Buffer[] = []
  for (let at = 0, i = 0; at < text.length; i++) {
    const body = text.subarray(at, at + (sizes[i % sizes.length] as number))
    const header = Buffer.from([0x64, 0, 0, 0, 0])
    header.writeInt32BE(body.length + 4, 1)
    messages.push(header, body)
    at += body.length
  }
  return Buffer.concat(messages)
}

/** What the kernel makes of a connection's bytes that come in reads of those sizes. */
function received(kernel: CopyKernel, wire: Buffer, sizes: readonly number[]) {
  kernel.reset()
  for (let at = 0, i = 0; at < wire.length; i++) {
    const read = wire.subarray(at, at + Math.min(sizes[i % sizes.length] as number, kernel.input.length))
    kernel.input.set(read)
    expect(kernel.take(0, read.length, () => {})).toBe(read.length)
    at += read.length
  }
  kernel.takeBlock()
  return { rows: kernel.rows, digest: kernel.digest }
}

function digested(digester: TextDigester, text: Buffer, sizes: readonly number[]) {
  digester.reset()
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] as number
    digester.take(text.subarray(at, at + size))
    at += size
  }
  return { rows: digester.rows, digest: digester.digest }
}

const kernel = new CopyKernel()
const digester = new TextDigester()
const lengths = [
  ...Array.from({ length: 2001 }, (_, length) => length),
  ...[4095, 4096, 4097, 65_535, 65_536, 65_537, 131_067, 131_072, 131_073, 1_000_003, 5_000_000],
]

describe('the hash of one row is XXH3-128, as another implementation computes it', () => {
  let expected: ReadonlyMap<number, string>
  beforeAll(async () => {
    const found = new Map<number, string>()
    for (const length of lengths) found.set(length, await referenceDigest([row(length)]))
    expected = found
  })
  const whole = [Number.MAX_SAFE_INTEGER]

  test.each([
    ['that comes whole', whole, whole],
    ['in pieces', whole, [1000, 63, 1, 256, 64]],
    ['in messages', [257, 1, 64, 5000], whole],
  ])('of every length, %s', (_, messages, reads) => {
    for (const length of lengths) {
      const text = textOf([row(length)])
      const result = { rows: 1, digest: expected.get(length) }
      expect(received(kernel, wireOf(text, messages), reads), `${length} bytes, received`).toEqual(result)
      expect(digested(digester, text, reads), `${length} bytes of text`).toEqual(result)
    }
  })

  test('split in two anywhere', () => {
    for (const length of [0, 1, 3, 16, 17, 128, 129, 240, 241, 255, 256, 257, 320, 512, 513, 1025, 1400]) {
      const text = textOf([row(length)])
      const result = { rows: 1, digest: expected.get(length) }
      for (let at = 1; at < text.length; at++) {
        expect(digested(digester, text, [at, whole[0] as number]), `${length} bytes, split at ${at}`).toEqual(result)
        const wire = wireOf(text, [at, whole[0] as number])
        expect(received(kernel, wire, whole), `${length} bytes, in two messages, split at ${at}`).toEqual(result)
      }
      const wire = wireOf(text, whole)
      for (let at = 1; at < wire.length; at++)
        expect(received(kernel, wire, [at, wire.length]), `${length} bytes, read in two`).toEqual(result)
    }
  })
})

test('any rows, however they are cut into messages and those into reads', async () => {
  const anyRow = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 600 }),
    fc.integer({ min: 0, max: 3000 }).map(row),
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 })
  // A row of these two bytes is what COPY never makes: it is the end.
  const isRow = (bytes: Uint8Array) => !Buffer.from(bytes).equals(Buffer.from('\\.'))
  const rows = fc.array(anyRow.map((bytes) => bytes.map(notLineFeed)).filter(isRow), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(rows, sizes, sizes, async (given, messages, reads) => {
      const text = textOf(given)
      const expected = { rows: given.length, digest: await referenceDigest(given) }
      expect(received(kernel, wireOf(text, messages), reads)).toEqual(expected)
      expect(received(kernel, Buffer.concat(given.map((one) => wireOf(textOf([one]), [5000]))), reads)).toEqual(
        expected,
      )
      expect(digested(digester, text, reads)).toEqual(expected)
    }),
    { numRuns: 1000, seed },
  )
})

test('the digest of two parts of a table, in any order, is that of the table', async () => {
  const rows = Array.from({ length: 50 }, (_, length) => row(length * 9))
  const whole = await referenceDigest(rows)
  const [some, others] = [await referenceDigest(rows.slice(0, 20)), await referenceDigest(rows.slice(20).reverse())]
  expect(addDigests(some, others)).toBe(whole)
  expect(addDigests(others, some)).toBe(whole)
  expect(subtractDigests(whole, others)).toBe(some)
  expect(addDigests(noRows, whole)).toBe(whole)
  expect(subtractDigests(some, some)).toBe(noRows)
})

describe('text of a backup', () => {
  const rows = [row(20), row(0), Buffer.from('\\.x'), Buffer.from('x\\.'), row(300)]
  const text = textOf(rows)
  const end = Buffer.from('\\.\n\n\nwhat follows\n')

  test('a line of \\. ends the rows, in whatever pieces it comes', async () => {
    const expected = { rows: rows.length, digest: await referenceDigest(rows) }
    const marked = Buffer.concat([text, end])
    for (let size = 1; size <= marked.length; size++) expect(digested(digester, marked, [size])).toEqual(expected)
  })
  test('a row without its end is none', async () => {
    const expected = { rows: rows.length - 1, digest: await referenceDigest(rows.slice(0, -1)) }
    expect(digested(digester, text.subarray(0, -1), [text.length])).toEqual(expected)
  })
  test('what was cut does not reach what comes after', async () => {
    digested(digester, text.subarray(0, -1), [7])
    expect(digested(digester, textOf([row(3)]), [2])).toEqual({ rows: 1, digest: await referenceDigest([row(3)]) })
    digested(digester, end, [100])
    expect(digested(digester, textOf([]), [1])).toEqual({ rows: 0, digest: noRows })
  })
})

test('one changed byte, a lost row, a doubled row, values swapped between rows, a moved row end: all change the digest', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => Buffer.from(`${i}\tname ${i}\t${i * 3}.50\t\\N`))
  const digest = (of: readonly Uint8Array[]) => digested(digester, textOf(of), [500]).digest
  const before = digest(rows)
  const swapped = [...rows]
  swapped[4] = Buffer.from('4\tname 5\t12.50\t\\N')
  swapped[5] = Buffer.from('5\tname 4\t15.50\t\\N')
  const moved = [...rows]
  moved[7] = Buffer.from('7\tname 7\t21.50\t\\N8')
  moved[8] = Buffer.from('\tname 8\t24.50\t\\N')
  const changed = [
    rows.with(50, Buffer.from('50\tname 51\t150.50\t\\N')),
    rows.slice(1),
    [...rows, rows[3] as Buffer],
    swapped,
    moved,
  ]
  for (const other of changed) {
    const after = digest(other)
    // Either half alone would tell.
    expect(after.slice(0, 16)).not.toBe(before.slice(0, 16))
    expect(after.slice(16)).not.toBe(before.slice(16))
  }
  expect(digest([...rows].reverse())).toBe(before)
})
