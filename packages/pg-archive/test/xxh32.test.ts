import { expect, test } from 'vitest'
import { Xxh32, xxh32 } from '../src/compression/xxh32.ts'

/** As `lz4` and `xxhsum` compute them. */
const vectors: [string, Buffer, number][] = [
  ['nothing', Buffer.alloc(0), 0x02cc5d05],
  ['less than a stripe', Buffer.from('abc'), 0x32d153ff],
  ['several stripes', Buffer.from('Nobody inspects the spammish repetition'), 0xe2293b2f],
  ['many stripes', Buffer.from(Array.from({ length: 1003 }, (_, index) => index * 7 + (index >> 8))), 0xea4e336a],
]

for (const [name, bytes, expected] of vectors) {
  test(name, () => {
    expect(xxh32(bytes)).toBe(expected)
    for (const size of [1, 3, 15, 16, 17, 40]) {
      const hash = new Xxh32()
      for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size))
      expect(hash.digest(), `in pieces of ${size}`).toBe(expected)
      // It can be asked again.
      expect(hash.digest()).toBe(expected)
    }
  })
}
