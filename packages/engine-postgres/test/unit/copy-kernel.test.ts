import { describe, expect, test } from 'vitest'
import { compileKernel } from '../../kernel/compile.ts'
import { CopyKernel } from '../../src/copy/copy-kernel.ts'
import { kernelCode } from '../../src/copy/kernel-code.ts'

const message = (type: string, body: Uint8Array) => {
  const header = Buffer.alloc(5)
  header.write(type)
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}
const row = (text: string) => message('d', Buffer.from(text))

/** Gives the kernel bytes as a connection does; answers how many it took. */
function take(kernel: CopyKernel, bytes: Uint8Array, onBlock: (block: Buffer) => void = () => {}): number {
  for (let at = 0; at < bytes.length; at += kernel.input.length) {
    const piece = bytes.subarray(at, at + kernel.input.length)
    kernel.input.set(piece)
    const taken = kernel.take(0, piece.length, onBlock)
    if (taken < piece.length) return at + taken
  }
  return bytes.length
}

/** Everything the kernel makes of bytes that arrive in pieces of `size`; none of them may be another message. */
function text(bytes: Buffer, size: number, kernel = new CopyKernel()): { text: Buffer; rows: number } {
  const blocks: Buffer[] = []
  kernel.reset()
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    expect(take(kernel, piece, (block) => blocks.push(block))).toBe(piece.length)
  }
  return { text: Buffer.concat([...blocks, kernel.takeBlock()]), rows: kernel.rows }
}

/** Rows of every length around the kernel's steps of 16 bytes, line feeds in any place of a message, messages without a body. */
const texts = [
  ...Array.from({ length: 70 }, (_, length) => `${'x'.repeat(length)}\n`),
  '',
  'two\nrows\n',
  'begun ',
  'and\tended\n',
  `\n\n\n${'é'.repeat(40)}\n`,
]
const expected = Buffer.from(texts.join(''))
const expectedRows = texts.join('').split('\n').length - 1

test('the code in the sources is the kernel compiled', async () => {
  expect(kernelCode).toBe(Buffer.from(await compileKernel()).toString('base64'))
})

describe('rows that arrive in pieces', () => {
  const bytes = Buffer.concat(texts.map(row))
  test.each(Array.from({ length: 40 }, (_, index) => index + 1))('of %i bytes', (size) => {
    expect(text(bytes, size)).toEqual({ text: expected, rows: expectedRows })
  })
  test('of any two sizes', () => {
    const kernel = new CopyKernel()
    for (let at = 0; at <= bytes.length; at++) {
      kernel.reset()
      take(kernel, bytes.subarray(0, at))
      take(kernel, bytes.subarray(at))
      expect([kernel.takeBlock().equals(expected), kernel.rows]).toEqual([true, expectedRows])
    }
  })
})

test('a row larger than the kernel, and one that begins a new block', () => {
  const large = Buffer.alloc(5_000_000, 'abcdefg')
  const bytes = Buffer.concat([row('small\n'), message('d', large), row('\n'), row('next\n')])
  const all = Buffer.concat([Buffer.from('small\n'), large, Buffer.from('\nnext\n')])
  for (const size of [65_536, 131_072, 131_073, 700_001, bytes.length]) {
    const taken = text(bytes, size)
    expect(taken.rows).toBe(3)
    expect(taken.text.equals(all)).toBe(true)
  }
})

test('stops at the first byte of another message, and goes on after it', () => {
  const kernel = new CopyKernel()
  const bytes = Buffer.concat([row('one\n'), message('N', Buffer.from('notice')), row('two\n')])
  const stopped = row('one\n').length
  expect(take(kernel, bytes)).toBe(stopped)
  expect(kernel.take(stopped, bytes.length, () => {})).toBe(stopped)
  expect(kernel.take(stopped + 11, bytes.length, () => {})).toBe(bytes.length)
  expect(kernel.takeBlock().toString()).toBe('one\ntwo\n')
})

test('a message that is shorter than its own length is none', () => {
  const bytes = row('one\n')
  bytes.writeInt32BE(3, 1)
  expect(() => take(new CopyKernel(), bytes)).toThrow(/unreachable/)
})

test('what one COPY left does not reach the next', () => {
  const kernel = new CopyKernel()
  take(kernel, row('cut off').subarray(0, 8))
  expect(text(row('whole\n'), 100, kernel)).toEqual({ text: Buffer.from('whole\n'), rows: 1 })
})
