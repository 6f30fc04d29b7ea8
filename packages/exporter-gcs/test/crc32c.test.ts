import fc from 'fast-check'
import { createCRC32 } from 'hash-wasm'
import { expect, test } from 'vitest'
import { crc32c, crc32cText } from '../src/upload/crc32c.ts'

const oracle = await createCRC32(0x82f63b78)

test('the check value of the Castagnoli polynomial', () => {
  expect(crc32c(Buffer.from('123456789')) >>> 0).toBe(0xe3069283)
  expect(crc32cText(crc32c(Buffer.from('123456789')))).toBe('4waSgw==')
  expect(crc32cText(0)).toBe('AAAAAA==')
})

test('any bytes, wherever they lie in memory, and however they are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), fc.nat(200), (bytes, offset, cut) => {
      const memory = new Uint8Array(bytes.length + offset)
      memory.set(bytes, offset)
      const here = memory.subarray(offset)
      const inTwo = crc32c(here.subarray(cut), crc32c(here.subarray(0, cut)))
      const expected = Number.parseInt(oracle.init().update(bytes).digest(), 16)
      expect([crc32c(here) >>> 0, inTwo >>> 0]).toEqual([expected, expected])
    }),
    { seed: Number(process.env.PGARK_TEST_SEED ?? 20_261_122) },
  )
})
